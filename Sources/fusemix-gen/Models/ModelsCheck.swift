import ArgumentParser
import FilesOnDisk
import Foundation
import SoundBridge

/// `fusemix-gen models check PATH`.
struct ModelsCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Says what a Stable Diffusion model is, whether it is whole, and what a picture takes here.",
        usage: "fusemix-gen models check <name|path> [--quick] [--threads <count>] [--json]",
        discussion: """
            Reads every weight, then times the text encoder, a step and the decoding in each precision that the processor \
            has; a run that would take more than twenty seconds is made smaller, and its time is told in proportion. Exit \
            code 3 when the model cannot be opened or a part of it is missing or damaged.
            """)

    @Argument(
        help: ArgumentHelp(
            "A folder of diffusers, a single file, or the name of an added model.", valueName: "name|path"))
    var model: String

    @Flag(help: "Look at the files alone: read no weights, measure nothing.")
    var quick = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Threads to compute with, 1 to 1024. (default: $OMP_NUM_THREADS, else 1)", valueName: "count"))
    var threads: Int?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws { try checkOption(threads, ThreadCount.range, "--threads") }

    @ComputeActor
    func run() async throws {
        if let threads { ComputeActor.thread.setThreadCount(threads) }
        let (opened, place) = try ModelSearch().textToImageModel(model)
        var check = try ModelCheck(opened, at: place)
        if !quick {
            check.measure(opened, threads: threadCount) { Self.show("measuring in \($0.rawValue)") }
            Self.show("")
        }
        try Console.result(json ? jsonLine(check) : description(of: check).printableLines)
        if !check.faults.isEmpty { throw ExitCode(3) }
    }

    private func description(of check: ModelCheck) -> String {
        let guidance = check.guidanceScale == 1 ? "no guidance" : "guidance scale \(check.guidanceScale.formatted())"
        var lines = [
            "\(check.name): \(check.kind), \(Self.size(check.bytes))",
            "  predicts  \(check.prediction?.rawValue ?? "a flow")",
            "  settings  \(check.sampler.rawValue), \(check.steps) step\(check.steps == 1 ? "" : "s"), \(guidance)",
        ]
        lines +=
            check.licences.isEmpty
            ? ["  licence   nothing is said of it in the model's files"]
            : check.licences.map { "  licence   \($0.words) (\($0.file))" }
        lines += check.faults.map { "  fault     \($0)" }
        if !quick, check.faults.isEmpty { lines.append("  parts     all there, all weights finite") }
        lines += check.measurements.map { measured in
            let memory =
                measured.bytes.map { "\(measured.isReduced ? "at least " : "")\(Self.size($0)) of memory, " } ?? ""
            let precision = measured.precision.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)
            let isBusy = measured.secondsNow > measured.seconds * 1.3
            let now = isBusy ? ", \(Self.duration(measured.secondsNow)) beside what runs now" : ""
            return "  \(precision)\(memory)about \(Self.duration(measured.seconds)) a picture\(now) "
                + "(\(threadCount) thread\(threadCount == 1 ? "" : "s"), timed at \(measured.side) x \(measured.side))"
        }
        return lines.joined(separator: "\n")
    }

    private static func show(_ status: String) {
        if Console.hasTerminal { Console.showStatus(status) }
    }

    private var threadCount: Int { threads ?? ThreadCount.inEnvironment ?? 1 }

    private static func size(_ bytes: Int) -> String {
        bytes < 1_000_000_000
            ? String(format: "%.0f MB", Double(bytes) / 1e6) : String(format: "%.1f GB", Double(bytes) / 1e9)
    }

    private static func duration(_ seconds: Double) -> String {
        seconds < 10 ? String(format: "%.1f s", seconds) : "\(Int(seconds.rounded())) s"
    }
}
