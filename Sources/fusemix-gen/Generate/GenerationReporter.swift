import BatchRuns
import Foundation
import SoundBridge

/// Reports the progress of a run to the user.
final class GenerationReporter {
    private let messages: MessageOptions
    private let isBatch: Bool
    private var progress: ItemProgress
    private let line: ProgressLine

    init(_ plan: RunPlan, _ messages: MessageOptions) {
        (self.messages, isBatch) = (messages, plan.isBatch)
        progress = ItemProgress(total: plan.pictureCount, done: 0, quiet: messages.quiet || !plan.isBatch)
        line = ProgressLine(quiet: messages.quiet || plan.isBatch)
        guard !messages.quiet else { return }
        for path in plan.passedOver { Console.note("\(path.description.printable)\n") }
    }

    /// Reports an event. Throws `Console.OutputError`.
    func report(_ event: RunEvent, _ summary: RunSummary) throws {
        switch event {
        case .at(let name, .listening): line.show("\(name): listening")
        case .at(let name, .denoising(let step, let steps)):
            line.show("\(name): step \(step) of \(steps)")
        case .picture(let data):
            clear()
            try Console.result(data)
        case .done(let record):
            try report(record)
            progress.add(record.output ?? "")
        case .failed(let sentence):
            clear()
            Console.error(sentence)
            progress.add(failed: true)
        case .kept(let output), .skipped(let output):
            progress.add(output, isNew: false)
        }
    }

    /// Prints the path of the run's page: a result, but for a reader of JSON.
    func report(page path: String) throws {
        if messages.json {
            if !messages.quiet { Console.note("\(path.printable)\n") }
        } else if !messages.quiet {
            try Console.result(path.printable)
        }
    }

    /// Prints the last line of a batch.
    func finish(_ summary: RunSummary) {
        if isBatch, !messages.quiet { Self.tell(summary) }
    }

    static func tell(_ summary: RunSummary) {
        let parts = [
            "\(summary.done) of \(summary.total) pictures done" + (summary.kept > 0 ? " (\(summary.kept) before)" : ""),
            summary.skipped > 0 ? "\(summary.skipped) skipped because they exist" : nil,
            "\(summary.failed) failed", summary.left > 0 ? "\(summary.left) left" : nil,
        ]
        Console.note(parts.compactMap(\.self).joined(separator: ", ") + ".\n")
    }

    func clear() {
        line.clear()
        progress.clear()
    }

    private func report(_ record: PictureRecord) throws {
        clear()
        if messages.json {
            try Console.result(record.json())
        } else if !messages.quiet {
            let heard = record.heard.prefix(3).map { "\($0.label) \(String(format: "%.2f", $0.score))" }
            let output = record.output?.printable ?? ""
            try Console.result(
                "\(output)  seed \(record.settings.seed)  \(record.headingOfHeard): \(heard.joined(separator: ", "))")
        }
    }
}
