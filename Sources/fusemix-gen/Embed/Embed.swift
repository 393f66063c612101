import ArgumentParser
import Evaluation
import FrozenEncoders
import LatentStore
import SoundBridge

extension SoundFeatures: ExpressibleByArgument {}
extension StoredType: ExpressibleByArgument {}

/// `fusemix-gen embed`: the latents of many sounds, pictures or texts, computed once.
struct Embed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Computes the latents of sounds, pictures or texts with a frozen encoder.",
        usage: "fusemix-gen embed <input> ... --encoder <name> --output <path> [<options>]",
        discussion: """
            What train, evaluate and search work on: a file with a vector and an id for each item.

              fusemix-gen embed recordings/ --encoder yamnet -o sounds.safetensors
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

    @Option(
        help: ArgumentHelp(
            """
            Component of the encoder by its name in Models/components, or its folder: yamnet (sounds, 1545 channels), \
            all-minilm-l6-v2 (texts, 384), efficientnet-lite0 (pictures, 1280).
            """, valueName: "name|folder"))
    var encoder: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The .safetensors or .npy to write; beside .npy the ids go to NAME.ids.txt, groups to NAME.groups.txt.",
            valueName: "path"))
    var output: String

    @Option(help: "Element type of the vectors; f16 halves the file at a relative error of up to 0.0005.")
    var dtype = StoredType.f32

    @Option(
        help: ArgumentHelp(
            """
            Of a sound: its embedding (1024 numbers for yamnet), its class scores (521), or both side by side, which the \
            model's own adapters take; embedding alone makes a file a third smaller. (default: both, where the encoder \
            has scores)
            """))
    var features: SoundFeatures?

    @Option(help: "How the windows of a sound (0.975 s for yamnet) are pooled: mean of all, the loudest, or the first.")
    var window = WindowPooling.mean

    @Flag(help: "Scale every vector to length 1.")
    var normalize = false

    @Option(help: "Precision of matrix products; auto is bf16 where the processor has it.")
    var precision = PrecisionChoice.f32

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Threads to compute with, 1 to 1024. (default: $OMP_NUM_THREADS, else 1)", valueName: "count"))
    var threads: Int?

    @Flag(help: "Continue a run that was interrupted; begin a new one where there is none.")
    var resume = false

    @Flag(help: "Replace an output that exists, and what an interrupted run left.")
    var overwrite = false

    @OptionGroup(title: "Messages") var messages: ReportOptions

    func validate() throws {
        try checkOption(threads, ThreadCount.range, "--threads")
        if resume, overwrite { throw ValidationError("--resume and --overwrite cannot both be given.") }
    }

    func run() async throws {
        if let threads { ComputeActor.thread.setThreadCount(threads) }
        let report = try await embed()
        if report.count == 0 {
            Console.error("\(output) was not written: no item could be embedded.")
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
        return try await task.report(onEvent: { reporter.report($0) })
    }

    private var task: EmbeddingTask {
        var task = EmbeddingTask(inputs: inputs, encoder: encoder, output: output)
        (task.storedType, task.features, task.pooling) = (dtype, features, window)
        (task.normalizes, task.precision) = (normalize, precision.precision)
        task.earlier = resume ? .resume : overwrite ? .overwrite : .refuse
        return task
    }
}

extension EmbeddingReport {
    /// The report as people read it.
    fileprivate var line: String {
        "\(output.printable)  \(count) × \(channels) \(dtype.rawValue)" + (failed > 0 ? "  \(failed) failed" : "")
    }
}
