import ArgumentParser
import FilesOnDisk
import Foundation
import FuseMix
import SoundBridge
import TensorCore

/// One call of `train`: files read, adapters made, the component written.
@ComputeActor
struct TrainRun {
    private let options: Train
    private let data: TrainData
    private let settings: TrainingSettings
    private let folder: ComponentFolder
    private let checkpoint: TrainingCheckpoint

    /// Throws `UsageError`, `AtomicFileError`, `PairListError`, `TrainingError` and what reading latents throws.
    init(_ options: Train) throws {
        self.options = options
        folder = ComponentFolder(options.data.output)
        checkpoint = TrainingCheckpoint(folder: folder.sibling(".training"))
        try folder.check(overwrite: options.data.overwrite)
        data = try TrainData(options)
        settings = options.settings(
            x: (data.x.encoder, data.x.latents.channels), y: (data.y.encoder, data.y.latents.channels),
            scores: data.base?.channels)
        ComputeActor.thread.setThreadCount(options.machine.threadCount)
    }

    func run() throws {
        let start = ContinuousClock.now
        let origin: TrainResult.Origin =
            if let baseline = options.adapters.method.baseline {
                .solved(try solve(baseline))
            } else {
                .trained(try train())
            }
        // A closed form has nothing to save: whoever interrupted it wants no component either.
        if case .solved = origin, let code = Interrupts.requested { throw ExitCode(code) }
        try finish(
            TrainResult(
                origin, seconds: start.duration(to: .now) / .seconds(1), dtype: options.data.dtype, data: data,
                selection: settings.selection))
    }

    private func solve(_ baseline: Baseline) throws -> BaselineFit {
        var base: ScoreBase?
        if let form = settings.adapters.x.base, let weight = data.base { base = ScoreBase(form, weight: weight) }
        return try baseline.fit(
            x: data.x.latents.vectors, y: data.y.latents.vectors, pairs: data.pairs, split: data.split,
            anchored: options.adapters.anchored, base: base, selection: settings.selection,
            outputSize: options.adapters.outputSize, strength: options.adapters.strength, xEncoder: data.x.encoder,
            yEncoder: data.y.encoder)
    }

    /// Throws `ExitCode` of the signal after an interrupt, when the checkpoint is saved.
    private func train() throws -> TrainingOutcome {
        let reporter = try TrainReporter(options.machine, quiet: options.messages.quiet, selection: settings.selection)
        let outcome = try trainer().run(
            saveInterval: options.machine.saveEvery, report: reporter.report,
            shouldStop: { Interrupts.requested != nil })
        reporter.clear()
        guard outcome.end == .interrupted, let code = Interrupts.requested else { return outcome }
        if !options.messages.quiet {
            let place = checkpoint.folder.relativePath
            Console.note("Interrupted after step \(outcome.steps); --resume goes on from \(place).\n")
        }
        throw ExitCode(code)
    }

    private func trainer() throws -> Trainer {
        let resumes = options.machine.resume
        let path = checkpoint.folder.relativePath
        if resumes, !checkpoint.exists { throw TrainingError.noCheckpoint(folder: path) }
        if !resumes, checkpoint.exists {
            guard options.data.overwrite else { throw TrainingError.checkpointExists(folder: path) }
            checkpoint.remove()
        }
        let trainer = try Trainer(
            x: data.x.latents.vectors, y: data.y.latents.vectors, base: data.base, pairs: data.pairs, split: data.split,
            settings: settings, checkpoint: checkpoint, memory: Int(options.machine.memory * 1e9))
        if resumes { try trainer.resume() }
        return trainer
    }

    /// Writes the component and says what it is worth.
    private func finish(_ result: TrainResult) throws {
        let card = TrainCard(options: options, settings: settings, data: data, result: result)
        try folder.write(overwrite: options.data.overwrite) { place in
            try result.component.write(to: place)
            try Data(card.text().utf8).write(to: place.appending(path: "README.md"))
            try Checksums.write(for: place)
        }
        if options.adapters.method == .fusemix { checkpoint.remove() }
        try Console.result(
            TrainSummary(output: options.data.output, result: result).text(json: options.messages.json))
    }
}

extension TrainRunOptions {
    fileprivate var threadCount: Int {
        threads ?? ThreadCount.inEnvironment ?? ProcessInfo.processInfo.activeProcessorCount
    }
}
