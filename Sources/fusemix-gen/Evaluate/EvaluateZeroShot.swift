import ArgumentParser
import Evaluation
import FilesOnDisk

/// `fusemix-gen evaluate zero-shot`: labelled clips or pictures told apart by the names of their classes.
struct EvaluateZeroShot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zero-shot",
        abstract: "Classifies labelled clips or pictures by the names of the classes alone.",
        usage: "fusemix-gen evaluate zero-shot <input> [<options>]",
        discussion: """
            Each class is the mean of the embeddings, of length 1, of its name in every template; an item belongs to the class with the highest cosine. \
            Prints top-1 and top-5 accuracy and the mean of the classes' recalls in per cent with 95 % bootstrap \
            intervals, and a line for each class; --json prints shares from 0 to 1 and the confusion matrix as well. \
            A tie counts against the item.

              fusemix-gen evaluate zero-shot esc10/ --prompts esc
              fusemix-gen evaluate zero-shot clips.tsv --adapters my-adapters --baseline default
              fusemix-gen evaluate zero-shot sounds.safetensors --labels labels.tsv --json

            Exit codes: 0 done; 1 a file is unfit, or files could not be decoded and stayed out; 2 wrong usage; 3 a model cannot be loaded.
            """)

    @Argument(
        help: ArgumentHelp(
            """
            A folder of folders named after their class; a .tsv of lines of a path, a tab, a label and, if wanted, a tab \
            and a group that is resampled as one; or latents (.safetensors, .npy) with --labels.
            """, valueName: "input"))
    var input: String

    @Option(
        help: ArgumentHelp(
            "Labels of latents: lines of an id, a tab, a label and, if wanted, a tab and a group.", valueName: "tsv"))
    var labels: String?

    @Option(
        help: ArgumentHelp("Folder that the paths of a .tsv start from. (default: its own)", valueName: "folder"))
    var media: String?

    @Option(
        help: ArgumentHelp(
            """
            Classes to choose from: lines of a label or of a label, a tab and the name to call it by. \
            (default: the labels found, with _ read as a space)
            """, valueName: "file"))
    var classes: String?

    @Option(
        help: ArgumentHelp(
            """
            Sentence that a name is put into, in place of {}; may be given several times. \
            (default: "the sound of {}" for sounds, "a picture of {}" for pictures, "{}" when neither is known)
            """, valueName: "text"))
    var template: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            More of them: imagenet-80 or imagenet-7 (CLIP's, for pictures), audioset or esc (for sounds), or a file with \
            one a line.
            """, valueName: "name|file"))
    var prompts: String?

    @Option(
        help: ArgumentHelp(
            """
            What brings items and words together: adapters (a component's name or folder) or another model's own way. \
            (default: the way --model itself goes: for sounds its sound adapter, as when it draws, not the audio_text \
            adapters that search takes; for pictures its image_text adapters)
            """, valueName: "name|folder"))
    var adapters: String?

    @Option(
        help: ArgumentHelp(
            "Another of the same, measured on the same items; the difference in top-1 gets an interval of its own.",
            valueName: "name|folder"))
    var baseline: String?

    @OptionGroup(title: "Intervals") var intervals: BootstrapOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    @OptionGroup(title: "Items") var strictness: StrictnessOptions
    @OptionGroup(title: "Messages") var messages: ReportOptions

    func validate() throws {
        guard (labels != nil) == ZeroShotTask.isLatents(input) else {
            throw ValidationError(
                labels == nil
                    ? "Latents need --labels, which says the class of each."
                    : "--labels belongs to latents (.safetensors or .npy), not to a folder or list.")
        }
    }

    func run() async throws {
        let report = try await evaluate()
        try Console.result(messages.json ? jsonLine(report) : report.table.printableLines)
        if report.skipped > 0 { throw ExitCode(1) }
    }

    private func evaluate() async throws -> ZeroShotReport {
        let reporter = EncodingReporter(quiet: messages.quiet)
        defer { reporter.clear() }
        return try await task.report(
            machine.components(isStrict: strictness.strict), onItem: reporter.encodes, onFailure: reporter.fails)
    }

    private var task: ZeroShotTask {
        var task = ZeroShotTask(input: input, bootstrap: intervals.bootstrap)
        (task.labels, task.media, task.classes) = (labels, media, classes)
        (task.templates, task.promptSet) = (template, prompts)
        (task.adapters, task.baseline) = (adapters, baseline)
        return task
    }
}
