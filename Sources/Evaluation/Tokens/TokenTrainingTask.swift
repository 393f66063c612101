import FilesOnDisk
import Foundation
import FrozenEncoders
import FuseMix
import LatentStore
import SoundBridge
import TensorCore

/// A training of tokens as it is asked for: texts, the text-to-image model whose text encoder reads them, and, beside the texts,
/// latents of sounds if there are any (`TrainedTokens`).
public struct TokenTrainingTask: Sendable {
    /// A list of texts, as `EmbeddingInputs` reads it.
    public var texts: String
    /// Path of the text-to-image model.
    public var model: String
    /// Options of the training: x, if there are latents of sounds, pairs, adapters, settings, output and the rest; y has no part
    /// in it.
    public var job: TrainingJob
    /// The most components of the code.
    public var components: Int
    public var precision: Precision

    public static let componentCounts = 1...1024
    public static let usualComponents = 128

    public init(
        texts: String, model: String, job: TrainingJob, components: Int = usualComponents,
        precision: Precision = .float32
    ) {
        (self.texts, self.model, self.components, self.precision) = (texts, model, components, precision)
        self.job = job
        self.job.adapters.isAnchored = true
        (self.job.settings.loss, self.job.settings.selection) = (.cosine, .similarity)
    }

    public enum Event: Sendable {
        /// Texts that the text encoder has read, of all.
        case read(texts: Int, of: Int)
        /// What is to be said of a text.
        case warned(String)
        case training(TrainingEvent)
    }

    public enum End: Sendable {
        case written(TokenTrainingReport)
        /// A training that was asked to stop, and the checkpoint that it can be resumed from.
        case interrupted(step: Int, checkpoint: URL)
    }

    /// Reads the files, trains and writes the component's folder, which appears whole or not at all.
    ///
    /// - Parameter shouldStop: Asked after every step.
    /// - Throws: `EmbeddingInputError`, `ModelError`, `AtomicFileError`, `PairListError`, `TrainingError`, `BaselineError`, the
    ///   errors of reading latents, and those of `report`.
    public func run(
        report: sending @escaping (Event) throws -> Void = { _ in },
        shouldStop: sending @escaping () -> Bool = { false }
    ) async throws -> End {
        // Set before the job, because the compute thread takes up the count between two jobs of its own.
        ComputeActor.thread.setThreadCount(job.threads)
        return try await make(report: report, shouldStop: shouldStop)
    }

    @ComputeActor
    private func make(report: (Event) throws -> Void, shouldStop: () -> Bool) throws -> End {
        let folder = AtomicFolder(job.output)
        let checkpoint = TrainingCheckpoint(folder: folder.sibling(".training"))
        try folder.check(overwrite: job.overwrites)
        try checkpoint.prepare(resumes: job.resumes, overwrites: job.overwrites)
        let start = ContinuousClock.now
        let data = try sets(report)
        let (x, y) = (data.x.vectors, data.targets.latents.vectors)
        let split = try PairSplit(data.pairs, by: job.heldOut, seed: job.settings.seed)
        let code = try PrincipalCode(
            fitting: y, rows: Set(split.training.map { data.pairs.yRows[$0] }).sorted(), count: components)
        let trainer = try Trainer(
            x: x, y: code.codes(of: y, rows: Array(0..<y.shape[0])), pairs: data.pairs, split: split,
            adapters: job.adapters.configuration(
                x: (data.xName, data.x.channels), y: (data.targets.latents.metadata["encoder"] ?? "", code.length),
                base: nil), settings: job.settings, checkpoint: checkpoint, memory: job.memory)
        if job.resumes { try trainer.resume() }
        let outcome = try trainer.run(
            saveInterval: job.saveInterval, report: { try report(.training($0)) }, shouldStop: shouldStop)
        guard outcome.end != .interrupted else {
            try report(.training(.ended(nil)))
            return .interrupted(step: outcome.steps, checkpoint: checkpoint.folder)
        }
        let isHalf = job.storedType == .f16
        let component = isHalf ? outcome.component.rounded() : outcome.component
        let stored = isHalf ? code.rounded() : code
        let errors =
            try split.validation.isEmpty
            ? nil
            : TokenErrors(
                of: AdapterPair(component).x, stored, x: x, y: y, pairs: data.pairs, split: split)
        try report(.training(.ended(outcome.score)))
        let made = TokenTrainingReport(
            output: job.output, seconds: start.duration(to: .now) / .seconds(1), texts: data.targets.latents.count,
            trainingPairs: split.training.count, heldOutPairs: split.validation.count, components: code.length - 1,
            steps: outcome.steps, bestStep: outcome.bestStep, errors: errors)
        let form = TokenForm(
            input: data.targets.form.input, shape: data.targets.form.shape,
            pooledScale: data.targets.form.pooledScale, radius: code.radius)
        try folder.write(overwrite: job.overwrites) { place in
            try component.write(to: place)
            try TrainedTokens.write(
                form, code, probe: data.targets.probe, type: { isHalf ? $0.float16() : $0.float32() }, to: place)
            try SHA256.writeList(of: TrainedTokens.fileNames, in: place)
            let card = TokenCard(task: self, form: form, component: component, outcome: outcome, report: made)
            try Data(card.text().utf8).write(to: place.appending(path: "README.md"))
        }
        checkpoint.remove()
        return .written(made)
    }
}

// MARK: Sets

extension TokenTrainingTask {
    private struct Sets {
        let x: LatentSet
        let xName: String
        let targets: TokenTargets
        let pairs: PairList
    }

    @ComputeActor
    private func sets(_ report: (Event) throws -> Void) throws -> Sets {
        let search = ModelSearch()
        guard let textToImage = try search.textToImage(model) else {
            throw TokenTrainingError.noTextToImageModel(path: model)
        }
        let items = try EmbeddingInputs([texts], for: .text) { try FileHandle.standardInput.readToEnd() ?? .init() }
            .items
        let given = job.x.isEmpty ? nil : try LatentSet(contentsOf: URL(filePath: job.x), tensor: job.tensors.x)
        let isSound = given.map { $0.metadata["modality"] != "text" } ?? false
        if isSound, given?.metadata["normalized"] == "true" { throw TokenTrainingError.normalized(file: job.x) }
        let targets = try TokenTargets(
            of: items, by: textToImage, input: isSound ? .sound : .sentence, precision: precision
        ) { try report(.read(texts: $0, of: items.count)) }
        for warning in targets.warnings { try report(.warned(warning)) }
        let x = try given ?? sentences(items, search)
        let pairs = try PairList(tableAt: job.pairs, between: x, and: targets.latents)
        let file = URL(filePath: job.x).deletingPathExtension().lastPathComponent
        return Sets(x: x, xName: x.metadata["encoder"] ?? file, targets: targets, pairs: pairs)
    }

    /// The texts where the bundled sentence encoder puts them, which is where the bundled bridge puts sounds.
    @ComputeActor
    private func sentences(_ items: [EmbeddingItem], _ search: ModelSearch) throws -> LatentSet {
        let folder = try search.bundle("default").component(.textEncoder)
        let encoder = try NamedEncoder(
            contentsOf: [folder], modality: .text, precision: .float32, encoders: EncoderLoader())
        return LatentSet(
            ids: items.map(\.id), groups: items.map { $0.group ?? $0.id },
            vectors: try encoder.latents(of: items.map(\.words)),
            metadata: ["encoder": encoder.name, "modality": "text"])
    }
}

/// Why tokens cannot be trained as it was asked for.
public enum TokenTrainingError: DescribedError, Equatable {
    case noTextToImageModel(path: String)
    /// Latents of sounds that are no longer what the audio encoder makes of a sound to be drawn.
    case normalized(file: String)

    public var exitStatus: Int32 {
        switch self {
        case .noTextToImageModel: 3
        case .normalized: 2
        }
    }

    public var description: String {
        switch self {
        case .noTextToImageModel(let path):
            "\(path) is no Stable Diffusion model, whose text encoder tokens are trained for; expected a folder of diffusers or a file."
        case .normalized(let file):
            "\(file) has vectors of length 1, but a sound that is drawn has the audio encoder's own; expected those (embed without --normalize)."
        }
    }
}

/// The figures of a finished training of tokens, as they are printed.
public struct TokenTrainingReport: Sendable, Encodable {
    /// Folder of the component.
    public let output: String
    /// With the reading of the texts.
    public let seconds: Double
    public let texts: Int
    public let trainingPairs: Int
    public let heldOutPairs: Int
    /// Components of the code.
    public let components: Int
    public let steps: Int
    public let bestStep: Int?
    /// Nil where nothing is held out.
    public let errors: TokenErrors?
}
