import FilesOnDisk
import Foundation
import LatentStore
import TensorCore

/// A job that makes a component of adapters from two sets of latents, by training or in closed form. Paths are kept as
/// given.
public struct TrainingJob: Sendable {
    /// The method that makes the adapters.
    public enum Method: Sendable, Equatable {
        case training
        /// A closed form. Without a strength, the best on the held-out pairs is chosen; without an output size, the
        /// method's own.
        case closedForm(Baseline, strength: Double?, outputSize: Int?)
    }

    /// A frozen guess that x corrects: class scores among its latents, and the vectors that they weigh.
    public struct Base: Sendable {
        /// Path of a `.safetensors` file whose tensor `weight` is `[output size, scores]`.
        public var path: String
        /// First channel of x that is a score; nil where the scores are its last channels.
        public var start: Int?
        /// Power that scores are raised to.
        public var power: Double
        /// Where corrections are queries over the vectors, the factor of their products; nil adds them.
        public var gain: Double?

        public init(path: String, start: Int?, power: Double, gain: Double? = nil) {
            (self.path, self.start, self.power, self.gain) = (path, start, power, gain)
        }
    }

    /// Path of the latents of x.
    public var x: String
    public var y: String
    /// Names of the matrices to take of `.safetensors` files with several; nil takes the only one.
    public var tensors: (x: String?, y: String?) = (nil, nil)
    /// Path of a table of pairs; without one, rows of equal id are pairs, or rows of equal place where a set has no ids.
    public var pairs: String?
    public var base: Base?
    public var heldOut = PairSplit.Rule.fraction(0.1)
    public var method = Method.training
    public var adapters: AdapterShape
    public var settings: TrainingSettings
    /// Folder of the component.
    public var output: String
    /// Whether to replace an existing component and checkpoint.
    public var overwrites = false
    /// The element type of the weights on disk.
    public var storedType = StoredType.f16
    /// Whether to go on from the checkpoint of an interrupted training.
    public var resumes = false
    /// Seconds between checkpoints.
    public var saveInterval = 300.0
    /// Memory limit in bytes; with less, more is computed twice, to the same result.
    public var memory = Trainer.usualMemory
    public var threads = 1
    /// The program and its arguments, for the card.
    public var program = ""
    public var arguments: [String] = []

    public init(x: String, y: String, output: String, preset: TrainingPreset = .small) {
        (self.x, self.y, self.output) = (x, y, output)
        (adapters, settings) = (preset.adapters, preset.settings)
    }

    /// The outcome of a job.
    public enum End: Sendable {
        case written(TrainingReport)
        /// A training that was asked to stop, and the checkpoint that it can be resumed from.
        case interrupted(step: Int, checkpoint: URL)
        /// A closed form that was asked to stop: nothing is written.
        case abandoned
    }

    /// Reads the files, makes the adapters and writes their folder, which appears whole or not at all.
    ///
    /// - Parameter shouldStop: Asked after every step of a training, and before a component is written.
    /// - Throws: `AtomicFileError`, `PairListError`, `TrainingError`, `BaselineError`, the errors of reading latents,
    ///   and those of `report`.
    public func run(
        report: sending @escaping (TrainingEvent) throws -> Void = { _ in },
        shouldStop: sending @escaping () -> Bool = { false }
    ) async throws -> End {
        // Set before this job, because the compute thread takes up the count between two jobs of its own.
        ComputeActor.thread.setThreadCount(threads)
        return try await make(report: report, shouldStop: shouldStop)
    }

    @ComputeActor
    private func make(report: (TrainingEvent) throws -> Void, shouldStop: () -> Bool) throws -> End {
        let folder = AtomicFolder(output)
        let checkpoint = TrainingCheckpoint(folder: folder.sibling(".training"))
        try folder.check(overwrite: overwrites)
        let data = try TrainingData(self)
        let warnings = data.warnings(selection: settings.selection)
        for warning in warnings { try report(.warned(warning)) }
        let start = ContinuousClock.now
        let origin: MadeAdapters.Origin
        switch method {
        case .training:
            let outcome = try trainer(of: data, checkpoint).run(
                saveInterval: saveInterval, report: report, shouldStop: shouldStop)
            guard outcome.end != .interrupted else {
                try report(.ended(nil))
                return .interrupted(step: outcome.steps, checkpoint: checkpoint.folder)
            }
            origin = .trained(outcome)
        case .closedForm(let baseline, let strength, let outputSize):
            origin = .solved(
                baseline,
                try baseline.fit(
                    x: data.x.latents.vectors, y: data.y.latents.vectors, pairs: data.pairs, split: data.split,
                    anchored: adapters.isAnchored, base: data.base, selection: settings.selection,
                    outputSize: outputSize, strength: strength, xEncoder: data.x.encoder, yEncoder: data.y.encoder))
            if shouldStop() { return .abandoned }
        }
        let made = try MadeAdapters(
            origin, of: data, storedType: storedType, selection: settings.selection, warnings: warnings,
            seconds: start.duration(to: .now) / .seconds(1))
        try report(.ended(made.score))
        for warning in made.warnings.dropFirst(warnings.count) { try report(.warned(warning)) }
        try folder.write(overwrite: overwrites) { place in
            try made.component.write(to: place)
            try SHA256.writeList(of: AdapterComponent.files, in: place)
            try Data(AdapterCard(job: self, data: data, made: made).text().utf8)
                .write(to: place.appending(path: "README.md"))
        }
        if method == .training { checkpoint.remove() }
        return .written(TrainingReport(made, output: output))
    }

    /// A trainer at its first step, or at the step where an interrupted training stopped.
    private func trainer(of data: TrainingData, _ checkpoint: TrainingCheckpoint) throws -> Trainer {
        try checkpoint.prepare(resumes: resumes, overwrites: overwrites)
        let trainer = try Trainer(
            x: data.x.latents.vectors, y: data.y.latents.vectors, base: data.base?.weight, pairs: data.pairs,
            split: data.split,
            adapters: adapters.configuration(
                x: (data.x.encoder, data.x.latents.channels), y: (data.y.encoder, data.y.latents.channels),
                base: data.base?.form),
            settings: settings, checkpoint: checkpoint, memory: memory)
        if resumes { try trainer.resume() }
        return trainer
    }
}
