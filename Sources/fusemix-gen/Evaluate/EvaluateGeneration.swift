import ArgumentParser
import Evaluation
import FilesOnDisk

/// `fusemix-gen evaluate generation`: whether pictures show what they were to show, differ, and are no copies.
struct EvaluateGeneration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generation",
        abstract: "Measures generated pictures beside real ones, with the model's own image encoder.",
        usage: "fusemix-gen evaluate generation <pictures> --reference <pictures> [<options>]",
        discussion: """
            \(GenerationReport.caveat)

            Prints, in per cent, how often a linear probe that learned the real pictures takes the generated ones for \
            what they were to show (top-1, top-5), and the same over real pictures of unseen sources as the ceiling; \
            diversity (1: as different as real pictures of a concept are); the share of copies of training pictures; \
            the squared Fréchet distance (0 and up, less is better); AIS, IIS and, for pictures of sounds, AIC in per \
            cent; and a line for each concept. --json prints shares from 0 to 1, and every rule in words.

              fusemix-gen evaluate generation pictures/ --reference real/
              fusemix-gen evaluate generation made.tsv --reference real.tsv --training trained.tsv --json
              fusemix-gen evaluate generation pictures/ --reference real/ --sounds recordings/

            Exit codes: 0 done; 1 a file is unfit; 2 wrong usage; 3 the model cannot be loaded.
            """)

    @Argument(
        help: ArgumentHelp(
            """
            A folder of pictures, in folders named after their concept or named so themselves (dog-7.png); or a .tsv of \
            lines of a path, a tab, a concept and, if it was made of one, a tab and its sound, paths relative to it.
            """, valueName: "pictures"))
    var pictures: String

    @Option(
        help: ArgumentHelp(
            """
            Real pictures of the concepts, several of each: a folder of folders named after their concept, or a .tsv of \
            lines of a path, a tab, a concept and, if known, a tab and its source (without one each is its own).
            """, valueName: "folder|tsv"))
    var reference: String

    @Option(
        help: ArgumentHelp(
            """
            Pictures that the model was trained on, to look for copies of: a folder, or a .tsv whose first column is \
            their paths. (default: those of --reference)
            """, valueName: "folder|tsv"))
    var training: String?

    @Option(
        help: ArgumentHelp(
            "Folder that the paths in the .tsv of --reference and --training start from. (default: that of the .tsv)",
            valueName: "folder"))
    var media: String?

    @Option(
        help: ArgumentHelp(
            """
            Folder of the sounds that a folder of pictures was made of: each picture names its own, looked for in the \
            folder of the same place.
            """, valueName: "folder"))
    var sounds: String?

    @OptionGroup(title: "Intervals") var intervals: BootstrapOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    @OptionGroup(title: "Items") var strictness: StrictnessOptions
    @OptionGroup(title: "Messages") var messages: ReportOptions

    func validate() throws {
        if sounds != nil, GenerationTask.isTable(pictures) {
            throw ValidationError(
                "--sounds belongs to a folder of pictures; a .tsv names the sounds in its third column.")
        }
    }

    func run() async throws {
        let report = try await evaluate()
        try Console.result(messages.json ? jsonLine(report) : report.table.printableLines)
    }

    private func evaluate() async throws -> GenerationReport {
        let reporter = EncodingReporter(quiet: messages.quiet)
        defer { reporter.clear() }
        return try await task.report(machine.components(isStrict: strictness.strict), onItem: reporter.encodes)
    }

    private var task: GenerationTask {
        var task = GenerationTask(pictures: pictures, reference: reference, bootstrap: intervals.bootstrap)
        (task.training, task.media, task.sounds) = (training, media, sounds)
        return task
    }
}
