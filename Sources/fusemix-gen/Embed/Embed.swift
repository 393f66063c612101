import ArgumentParser
import Evaluation
import FilesOnDisk
import FrozenEncoders
import LatentStore
import SoundBridge

extension SoundFeatures: ExpressibleByArgument {}
extension StoredType: ExpressibleByArgument {}

/// `fusemix-gen embed`: the latents of many sounds, pictures or texts, computed once.
struct Embed: AsyncParsableCommand, InterruptibleCommand {
    static let interruptPolicy = Interrupts.Policy.cancel

    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Computes the latents of sounds, pictures or texts with a frozen encoder.",
        usage: "fusemix-gen embed <input> ... --encoder <name> --output <path> [<options>]",
        discussion: """
            What train, evaluate and search work on: a file with a vector and an id for each item.

              fusemix-gen embed recordings/ --encoder two-ears -o sounds.safetensors
              fusemix-gen embed captions.tsv --encoder all-minilm-l6-v2 -o captions.safetensors
              fusemix-gen embed "pictures/*.jpg" --encoder efficientnet-lite0 --dtype f16 -o pictures.npy

            Rows go to <path>.partial until all are done; --resume takes up there what was interrupted and makes \
            the same file as an unbroken run.

            Exit codes: 0 all done; 1 an item failed (the others are in the file); 2 wrong usage; 3 the encoder \
            cannot be loaded; 130 or 143 interrupted.
            """)

    @Argument(
        help: ArgumentHelp(
            """
            Files, folders of files, patterns in quotes ("sounds/*.wav"), or lists: .tsv whose first line names its \
            columns (path or text, and if wanted id and group), .jsonl with the same keys, and for texts .txt or - \
            (standard input), a line an item. Paths in a list are relative to it. Without an id an item is called by \
            its path as given (in a folder: below the folder), a text by itself.
            """, valueName: "input"))
    var inputs: [String]

    @OptionGroup(title: "Latents") var options: EmbedOptions
    @OptionGroup(title: "Items") var strictness: StrictnessOptions
    @OptionGroup(title: "Messages") var messages: ReportOptions

    func run() async throws {
        if let threads = options.threads { ComputeActor.thread.setThreadCount(threads) }
        let report = try await embed()
        if report.count == 0 {
            Console.error("\(options.output) was not written: no item could be embedded.")
        } else if messages.json {
            try Console.result(jsonLine(report))
        } else if !messages.quiet {
            try Console.result(report.line)
        }
        if report.failed > 0 { throw ExitCode(1) }
    }

    private func embed() async throws -> EmbeddingReport {
        let reporter = EmbedReporter(quiet: messages.quiet)
        defer { reporter.clear() }
        let task = task
        do {
            return try await Interrupts.cancelling(Task { try await task.report(onEvent: { reporter.report($0) }) })
        } catch is CancellationError {
            reporter.tellInterrupted()
            throw ExitCode(Interrupts.requested ?? 130)
        }
    }

    private var task: EmbeddingTask {
        var task = EmbeddingTask(inputs: inputs, encoder: options.encoder, output: options.output)
        (task.storedType, task.features, task.pooling) = (options.dtype, options.features, options.window)
        task.modality = options.modality
        task.prompt = options.prompt.map { .text($0) } ?? options.promptName.map { .named($0) }
        (task.normalizes, task.precision) = (options.normalize, options.precision.precision)
        task.warnings = strictness.warnings(isQuiet: messages.quiet)
        task.earlier = options.resume ? .resume : options.overwrite ? .overwrite : .refuse
        return task
    }
}

extension EmbeddingReport {
    /// The report as people read it.
    fileprivate var line: String {
        "\(output.printable)  \(count) × \(channels) \(dtype.rawValue)" + (failed > 0 ? "  \(failed) failed" : "")
    }
}
