import ArgumentParser
import Foundation
import FuseMix
import FilesOnDisk
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
        let reporter = try TrainReporter(options.machine, selection: settings.selection)
        let trainer = try trainer()
        let outcome = try trainer.run(
            saveInterval: options.machine.saveEvery, report: reporter.report,
            shouldStop: { Interrupts.requested != nil })
        reporter.clear()
        if let code = Interrupts.requested, outcome.end == .interrupted {
            if !options.machine.quiet {
                let place = checkpoint.folder.relativePath
                Console.note("Interrupted after step \(outcome.steps); --resume goes on from \(place).\n")
            }
            throw ExitCode(code)
        }
        try finish(outcome)
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
            x: data.x.latents.vectors, y: data.y.latents.vectors, pairs: data.pairs, split: data.split,
            settings: settings,
            checkpoint: checkpoint)
        if resumes { try trainer.resume() }
        return trainer
    }

    /// Writes the component and says what it is worth: figures are those of the weights as they are written.
    private func finish(_ outcome: TrainingOutcome) throws {
        let component = options.data.dtype == .f16 ? outcome.component.rounded() : outcome.component
        let score = try ValidationScore(
            of: component, x: data.x.latents.vectors, y: data.y.latents.vectors, pairs: data.pairs, split: data.split)
        let card = TrainCard(options: options, settings: settings, data: data, outcome: outcome, score: score)
        try folder.write(overwrite: options.data.overwrite) { place in
            try component.write(to: place)
            try Data(card.text().utf8).write(to: place.appending(path: "README.md"))
            try Checksums.write(for: place)
        }
        checkpoint.remove()
        try Console.result(
            TrainSummary(output: options.data.output, outcome: outcome, score: score).text(json: options.machine.json))
    }
}

extension TrainRunOptions {
    fileprivate var threadCount: Int {
        let environment = ProcessInfo.processInfo.environment["OMP_NUM_THREADS"].flatMap(Int.init)
        return threads ?? environment ?? ProcessInfo.processInfo.activeProcessorCount
    }
}
