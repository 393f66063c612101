import BatchRuns
import FilesOnDisk
import Foundation
import SoundBridge

/// Reports the progress of a run to the user.
final class GenerationReporter {
    private let messages: MessageOptions
    private let plan: RunPlan
    private var progress: ItemProgress
    private var remarks: Set<String> = []

    init(_ plan: RunPlan, _ messages: MessageOptions) {
        (self.messages, self.plan) = (messages, plan)
        progress = ItemProgress(total: plan.pictureCount, quiet: messages.quiet)
        guard !messages.quiet else { return }
        for path in plan.passedOver { Console.note("\(path.description.printable)\n") }
        progress.show("loading the model")
    }

    /// Reports an event. Throws `Console.OutputError`.
    func report(_ event: RunEvent, _ summary: RunSummary) throws {
        switch event {
        case .at(let name, .listening, let drawn): progress.show("\(name): listening", begun: Double(drawn))
        case .at(let name, .denoising(let step, let steps, let pictures), let drawn):
            let begun = Double(drawn) + Double(pictures) * Double(step) / Double(steps)
            progress.show("step \(step) of \(steps)  \(name)", begun: begun)
        case .remark(let sentence):
            if !messages.quiet, remarks.insert(sentence).inserted { Console.warning(sentence) }
        case .picture(let data):
            // A terminal that shows both streams would take the picture's bytes and the line for one text.
            clear()
            try Console.result(data)
        case .done(let record):
            try report(record)
            progress.add(record.output ?? "")
        case .failed(let sentence):
            Console.error(sentence)
            progress.add(failed: true)
        case .kept(let output), .skipped(let output):
            progress.add(output, isNew: false)
        }
    }

    /// Prints the path of a file beside the pictures, the run's page or a sheet: a result, but for a reader of JSON.
    func report(file path: String) throws {
        if messages.json {
            if !messages.quiet { Console.note("\(path.printable)\n") }
        } else if !messages.quiet {
            try Console.result(path.printable)
        }
    }

    /// Prints the last line of a batch, or of a run that was interrupted.
    func finish(_ summary: RunSummary, isInterrupted: Bool) {
        clear()
        guard !messages.quiet else { return }
        if plan.isBatch {
            Self.tell(summary)
            if isInterrupted { Console.note("The same command with --resume goes on.\n") }
        } else if isInterrupted {
            Console.note("\(summary.done) of \(summary.total) pictures done.\(missing(summary))\n")
        }
    }

    static func tell(_ summary: RunSummary) {
        let parts = [
            "\(summary.done) of \(summary.total) pictures done" + (summary.kept > 0 ? " (\(summary.kept) before)" : ""),
            summary.skipped > 0 ? "\(summary.skipped) skipped because they exist (--overwrite replaces them)" : nil,
            "\(summary.failed) failed", summary.left > 0 ? "\(summary.left) left" : nil,
            summary.passedOver > 0 ? "\(summary.passedOver) passed over" : nil,
        ]
        Console.note(parts.compactMap(\.self).joined(separator: ", ") + ".\n")
    }

    func clear() { progress.clear() }

    /// Says how to make the pictures that an interrupt has left out; they are made in the order of their seeds.
    private func missing(_ summary: RunSummary) -> String {
        let pictures = plan.items[0].pictures
        guard summary.done > 0, summary.failed == 0, summary.done < pictures.count else { return "" }
        let left = pictures.count - summary.done
        let ask = left > 1 ? " --count \(left)" : ""
        return " --seed \(pictures[summary.done].seed)\(ask) makes the others."
    }

    private func report(_ record: PictureRecord) throws {
        if messages.json {
            try Console.result(record.json())
        } else if !messages.quiet {
            let heard = record.heard.prefix(3).map { "\($0.label) \(String(format: "%.2f", $0.score))" }
            let output = record.output ?? ""
            let length = record.secondsHeard.map { String(format: "  (%.1f s)", $0) } ?? ""
            let words = heard.isEmpty ? "" : "  \(record.headingOfHeard): \(heard.joined(separator: ", "))"
            try Console.result("\(output)  seed \(record.settings.seed)\(words)\(length)".printable)
            if let prompts = record.promptSummary { Console.note("  \(prompts.printable)\n") }
        }
    }
}
