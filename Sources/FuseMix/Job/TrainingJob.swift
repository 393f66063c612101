import FilesOnDisk
import Foundation
import LatentStore
import TensorCore

/// A component of adapters to be made of two sets of latents, by training or in closed form. Paths are as they were
/// given.
public struct TrainingJob: Sendable {
    /// How adapters are made.
    public enum Method: Sendable, Equatable {
        case training
        /// Without a strength the best on the pairs held out is chosen; without an output size it is the method's own.
        case closedForm(Baseline, strength: Double?, outputSize: Int?)
    }

    /// A frozen guess that x corrects: class scores among its latents, and the vectors that they weigh.
    public struct Base: Sendable {
        /// A `.safetensors` whose tensor `weight` is `[output size, scores]`.
        public var path: String
        /// The channel of x where the scores start; nil where they are its last ones.
        public var start: Int?
        /// The power that scores are raised to.
        public var power: Double

        public init(path: String, start: Int?, power: Double) {
            (self.path, self.start, self.power) = (path, start, power)
        }
    }

    /// Files of latents.
    public var x: String
    public var y: String
    /// A table of pairs; without one rows of equal id are pairs.
    public var pairs: String?
    public var base: Base?
    public var heldOut = PairSplit.Rule.fraction(0.1)
    public var method = Method.training
    public var adapters: AdapterShape
    public var settings: TrainingSettings
    /// Folder of the component.
    public var output: String
    /// Whether a component and a checkpoint that exist are replaced.
    public var overwrites = false
    /// The element type of the weights on disk.
    public var storedType = StoredType.f16
    /// Whether to go on from the checkpoint of an interrupted training.
    public var resumes = false
    /// Seconds from one checkpoint to the next.
    public var saveInterval = 300.0
    /// Bytes to stay within; with less, more is computed twice, to the same result.
    public var memory = Trainer.usualMemory
    public var threads = 1
    /// The program and its arguments, for the card.
    public var program = ""
    public var arguments: [String] = []

    public init(x: String, y: String, output: String, preset: TrainingPreset = .small) {
        (self.x, self.y, self.output) = (x, y, output)
        (adapters, settings) = (preset.adapters, preset.settings)
    }

    /// The end of a job.
    public enum End: Sendable {
        case written(TrainingReport)
        /// A training that was asked to stop, with the checkpoint that it can be resumed from.
        case interrupted(step: Int, checkpoint: URL)
        /// A closed form that was asked to stop: nothing is written.
        case abandoned
    }

    /// Reads the files, makes the adapters and writes their folder, which appears whole or not at all.
    ///
    /// - Parameter shouldStop: Asked after every step of a training, and before a component is written.
    /// - Throws: `AtomicFileError`, `PairListError`, `TrainingError`, `BaselineError`, what reading latents throws, and
    ///   what `report` throws.
    public func run(
        report: sending @escaping (TrainingEvent) throws -> Void = { _ in },
        shouldStop: sending @escaping () -> Bool = { false }
    ) async throws -> End {
        // The compute thread takes the count up between two jobs of its own, so it must be set before this one.
        ComputeActor.thread.setThreadCount(threads)
        return try await make(report: report, shouldStop: shouldStop)
    }

    @ComputeActor
    private func make(report: (TrainingEvent) throws -> Void, shouldStop: () -> Bool) throws -> End {
        let folder = AtomicFolder(output)
        let checkpoint = TrainingCheckpoint(folder: folder.sibling(".training"))
        try folder.check(overwrite: overwrites)
        let data = try TrainingData(self)
        let start = ContinuousClock.now
        let origin: MadeAdapters.Origin
        switch method {
        case .training:
            let outcome = try trainer(of: data, checkpoint).run(
                saveInterval: saveInterval, report: report, shouldStop: shouldStop)
            try report(.ended)
            guard outcome.end != .interrupted else {
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
            origin, of: data, storedType: storedType, selection: settings.selection,
            seconds: start.duration(to: .now) / .seconds(1))
        try folder.write(overwrite: overwrites) { place in
            try made.component.write(to: place)
            try SHA256.writeList(of: AdapterComponent.files, in: place)
            try Data(AdapterCard(job: self, data: data, made: made).text().utf8)
                .write(to: place.appending(path: "README.md"))
        }
        if method == .training { checkpoint.remove() }
        return .written(TrainingReport(made, output: output))
    }

    /// A trainer at its first step, or where an interrupted training stopped.
    private func trainer(of data: TrainingData, _ checkpoint: TrainingCheckpoint) throws -> Trainer {
        let path = checkpoint.folder.relativePath
        if resumes, !checkpoint.exists { throw TrainingError.noCheckpoint(folder: path) }
        if !resumes, checkpoint.exists {
            guard overwrites else { throw TrainingError.checkpointExists(folder: path) }
            checkpoint.remove()
        }
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
