import ArgumentParser
import Evaluation
import FilesOnDisk
import Retrieval

extension TieRule: ExpressibleByArgument {}

/// `fusemix-gen evaluate retrieval`: Recall@K and its relatives, both ways.
struct EvaluateRetrieval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrieval",
        abstract: "Ranks every item of one side among all of the other, both ways.",
        usage: """
            fusemix-gen evaluate retrieval --x <latents> --y <latents> [--pairs <tsv>] [--adapters <name|folder>]
            fusemix-gen evaluate retrieval --format <format> --annotations <file> --media <folder> [<options>]
            """,
        discussion: """
            Prints R@1, R@5, R@10 and what --k adds in per cent, median and mean rank, MRR and mAP@10, each with its 95 % bootstrap \
            interval, and rsum, the six recalls added (0 to 600). --json prints recalls, MRR and mAP as shares from 0 to 1.

            With a CLIP, SigLIP or CLAP as it was published as --model, a dataset is ranked by its two towers.

            Ranks are exact. A tie counts against the query, unless --ties says otherwise. An item with several \
            captions counts by the best-placed of them; each caption is a query of its own.

              fusemix-gen evaluate retrieval --x pictures.safetensors --y names.safetensors --adapters picture-text
              fusemix-gen evaluate retrieval --format karpathy --annotations dataset_flickr30k.json --media flickr30k
              fusemix-gen evaluate retrieval --format karpathy --annotations dataset_flickr30k.json --model clip-vit-base-patch32
              fusemix-gen evaluate retrieval --format clotho --annotations clotho_captions_evaluation.csv --media clotho
              fusemix-gen evaluate retrieval --format audiocaps --annotations test.csv --model clap

            Exit codes: 0 done; 1 a file is unfit, or media could not be decoded and stayed out; 2 wrong usage; 3 a model cannot be loaded.
            """)

    @OptionGroup(title: "Latents") var latents: RetrievalLatentOptions
    @OptionGroup(title: "Dataset") var dataset: RetrievalDatasetOptions

    @Option(
        help: ArgumentHelp(
            """
            Adapters that bring both sides into one space: a component's name or folder. (default: none for latents, \
            which are compared as they are; the model's own for a dataset). Given several times, each has a row in one \
            table, or an object of --json.
            """, valueName: "name|folder"))
    var adapters: [String] = []

    @Option(
        name: .customLong("k"),
        help: ArgumentHelp(
            "Depths of recall beside 1, 5 and 10, 1 to 100000, separated by commas.", valueName: "depths"),
        transform: Self.depths)
    var depths: [Int]?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Cut the groups, in their order, into so many folds, rank each alone, and print the means, 1 to 1000: 5 of \
            COCO's 5,000 test images are its “1K test set”.
            """, valueName: "count"))
    var folds = 1

    @Option(
        help: """
            Where a wrong candidate with the same score as a right one is ranked: before it (pessimistic), so that vectors \
            that are all alike earn nothing, or after it (optimistic).
            """)
    var ties = TieRule.pessimistic

    @OptionGroup(title: "Intervals") var intervals: BootstrapOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    @OptionGroup(title: "Messages") var messages: ReportOptions

    func validate() throws {
        try checkOption(folds, 1...1000, "--folds")
        let isDataset = dataset.format != nil || dataset.annotations != nil
        guard (latents.x != nil && latents.y != nil) != isDataset else {
            throw ValidationError("Either --x and --y, or --format and --annotations are expected.")
        }
        guard !isDataset || (dataset.format != nil && dataset.annotations != nil) else {
            throw ValidationError("--format and --annotations belong together.")
        }
        guard !isDataset || latents.pairs == nil else {
            throw ValidationError("--pairs belongs to --x and --y; a dataset has its own pairs.")
        }
        guard !isDataset || latents.tensors.tensor.isEmpty else {
            throw ValidationError("--tensor belongs to --x and --y.")
        }
        guard latents.split == nil || isDataset || latents.pairs != nil else {
            throw ValidationError("--split belongs to --pairs or to a dataset.")
        }
    }

    func run() async throws {
        let reports = try await evaluate()
        if messages.json {
            for report in reports { try Console.result(jsonLine(report)) }
        } else {
            try Console.result(table(reports).printableLines)
        }
        if reports.contains(where: { $0.dataset?.skipped ?? 0 > 0 }) { throw ExitCode(1) }
    }

    private func table(_ reports: [RetrievalReport]) -> String {
        guard reports.count > 1 else { return reports[0].table }
        let width = max(8, reports.map(\.space.count).max() ?? 0)
        return ([reports[0].title(width: width)] + reports.map { $0.row(named: $0.space, width: width) })
            .joined(separator: "\n")
    }

    private func evaluate() async throws -> [RetrievalReport] {
        let reporter = EncodingReporter(quiet: messages.quiet)
        defer { reporter.clear() }
        return try await task.reports(
            for: adapters.isEmpty ? [nil] : adapters, machine.components(isStrict: dataset.strict),
            onItem: reporter.encodes,
            onFailure: reporter.fails)
    }

    /// Throws `ValidationError` for what is no list of depths.
    @Sendable private static func depths(_ argument: String) throws -> [Int] {
        let depths = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard depths.allSatisfy({ 1...100_000 ~= $0 }) else {
            throw ValidationError("numbers from 1 to 100000, separated by commas, are expected")
        }
        return depths
    }

    private var task: RetrievalTask {
        var files = RetrievalTask.Latents(x: latents.x ?? "", y: latents.y ?? "", pairs: latents.pairs)
        files.tensors = latents.tensors.names
        var task = RetrievalTask(
            dataset.dataset.map(RetrievalTask.Source.dataset) ?? .latents(files), bootstrap: intervals.bootstrap)
        (task.split, task.ties, task.depths, task.folds) = (latents.split, ties, depths ?? [], folds)
        return task
    }
}
