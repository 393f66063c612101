import Evaluation
import Foundation
import FuseMix

/// Progress of training on standard error: one line that rewrites itself on a terminal, a plain line every few seconds
/// elsewhere; and the log of all events.
final class TrainReporter {
    private let isQuiet: Bool
    private let line: ProgressLine
    private let selection: TrainingSettings.Selection
    /// Path of the log, and whether it continues that of an earlier run.
    private let logFile: (path: String, goesOn: Bool)?
    private var log: FileHandle?
    private var plan: TrainingPlan?
    private var score: ValidationScore?
    private var best: ValidationScore?
    private var lastStep: TrainingEvent.Step?

    init(_ options: TrainRunOptions, quiet: Bool, selection: TrainingSettings.Selection) {
        (isQuiet, self.selection) = (quiet, selection)
        line = ProgressLine(quiet: quiet, plainPause: .seconds(10), terminalPause: .milliseconds(100))
        logFile = options.log.map { ($0, options.resume) }
    }

    /// Reports an event. Throws `TrainingError.unwritable` when the log cannot be written.
    func report(_ event: TrainingEvent) throws {
        switch event {
        case .started(let plan):
            // The log is opened only now, so that invalid input leaves an earlier log as it is.
            log = try logFile.map { try Self.opened($0.path, goesOn: $0.goesOn) }
            self.plan = plan
            note(
                """
                \(plan.trainingPairs) pairs to train on, \(plan.validationPairs) held out; \(plan.parameters) \
                parameters; \(plan.steps) steps of \(plan.batch) mixed pairs.

                """)
        case .expected(let seconds): note("Expected time: \(Self.time(seconds)) for all epochs.\n")
        case .step(let step):
            try write(step)
            lastStep = step
            // The last line waits for the figure of what is stored.
            if step.step != plan?.steps { line.show(state(step)) }
        case .validated(let validation):
            score = validation.score
            if validation.isBest { best = validation.score }
            try write(validation)
        case .ended(let stored):
            line.clear()
            guard let lastStep else { return }
            note(state(lastStep, stored: stored) + "\n")
            if stored != nil, let steps = plan?.steps, lastStep.step < steps {
                note(
                    "Ended after \(lastStep.step) of \(steps) steps, as nothing got better for as long as --patience allows.\n"
                )
            }
        case .warned(let warning): if !isQuiet { Console.warning("\(warning)") }
        }
    }

    /// Reports an event of a training of tokens. Throws `TrainingError.unwritable` when the log cannot be written.
    func report(_ event: TokenTrainingTask.Event) throws {
        switch event {
        case .read(let texts, let all): line.show("reading text \(texts) of \(all)")
        case .warned(let sentence): if !isQuiet { Console.warning(sentence) }
        case .training(let event): try report(event)
        }
    }

    private static func opened(_ path: String, goesOn: Bool) throws -> FileHandle {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (goesOn ? O_APPEND : O_TRUNC), 0o666)
        guard descriptor >= 0 else {
            throw TrainingError.unwritable(file: path, reason: String(cString: strerror(errno)))
        }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// - Parameter stored: The score of the adapters as they will be stored, when training is over.
    private func state(_ step: TrainingEvent.Step, stored: ValidationScore? = nil) -> String {
        let recall = (stored ?? score).map { shown in
            let value = shown.value(selection)
            let note = stored == nil ? String(format: "best %.3f", best?.value(selection) ?? value) : "as stored"
            return String(format: "  \(selection.title) %.3f (%@)", value, note)
        }
        return String(
            format: "step %d of %d  epoch %d  loss %.4f  temperature %.4f%@  %.0f pairs/s  %@ left", step.step,
            plan?.steps ?? step.step, step.epoch, step.loss, step.temperature, recall ?? "", step.pairsPerSecond,
            Self.time(step.remaining))
    }

    private func note(_ text: String) {
        if !isQuiet { Console.note(text) }
    }

    private func write(_ record: some Encodable) throws {
        guard let log else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try log.write(contentsOf: encoder.encode(record) + Data("\n".utf8))
    }

    /// Formats seconds as “1 h 5 min”, “3 min 20 s”, “12 s”.
    private static func time(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 1e9).rounded())
        if whole >= 3600 { return "\(whole / 3600) h \(whole % 3600 / 60) min" }
        return whole >= 60 ? "\(whole / 60) min \(whole % 60) s" : "\(whole) s"
    }
}
