import ArgumentParser
import Evaluation
import FilesOnDisk

/// `fusemix-gen evaluate probe`: what frozen features tell apart, by a linear probe and by nearest neighbours.
struct EvaluateProbe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Trains a linear probe and lets nearest neighbours vote, on latents with labels.",
        usage: "fusemix-gen evaluate probe --train <latents> [--test <latents>] --labels <tsv> [<options>]",
        discussion: """
            The linear probe is CLIP's: logistic regression with an L2 penalty, on the features as they are, of the \
            strength that is best on a fifth of the training groups. The neighbours are DINO's: the 20 nearest by cosine, \
            weighed by exp(cosine / 0.07). Prints top-1 and top-5 accuracy and the mean of the classes' recalls in per \
            cent with 95 % bootstrap intervals; --json prints shares from 0 to 1 and the confusion matrices as well. \
            Features are held in memory, in double precision.

              fusemix-gen evaluate probe --train train.safetensors --test test.safetensors --labels labels.tsv
              fusemix-gen evaluate probe --train sounds.safetensors --labels labels.tsv --folds 5

            Exit codes: 0 done; 1 a file is unfit; 2 wrong usage.
            """)

    @Option(help: ArgumentHelp("Latents to train on, .safetensors or .npy.", valueName: "latents"))
    var train: String

    @Option(
        help: ArgumentHelp(
            "Latents to test on. (default: each fold of --train, with the others to train on)", valueName: "latents"))
    var test: String?

    @Option(
        help: ArgumentHelp(
            """
            Labels: lines of an id, a tab, a label and, if wanted, a tab and a group that no fold divides and that is \
            resampled as one. Rows that it does not name stay out.
            """, valueName: "tsv"))
    var labels: String

    @Option(
        help: ArgumentHelp(
            "Labels of --test, when its ids are not others than those of --train. (default: --labels)", valueName: "tsv"
        ))
    var testLabels: String?

    @Option(
        help: ArgumentHelp(
            """
            Name of the matrix to take of a .safetensors from elsewhere that has several; given twice, that of --train, \
            then that of --test. (default: the only one)
            """, valueName: "name"))
    var tensor: [String] = []

    @Option(parsing: .unconditional, help: ArgumentHelp("Folds without --test, 2 to 1000.", valueName: "count"))
    var folds = 5

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Strength C of the linear probe, 1e-9 to 1e9; less is more regularised. (default: the best of 1e-6, 1e-5 … 1e6 \
            on a fifth of the training groups)
            """, valueName: "strength"))
    var strength: Double?

    @Option(
        name: .customLong("neighbours"), parsing: .unconditional,
        help: ArgumentHelp("Neighbours that vote, 1 to 100000.", valueName: "count"))
    var neighbours = 20

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Temperature of the neighbours' votes, 0.001 to 100.", valueName: "temperature"))
    var temperature = 0.07

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seed of the folds and of the part to choose by, 0 to 2^63-1.", valueName: "n"))
    var seed: UInt64 = 0

    @OptionGroup(title: "Intervals") var intervals: BootstrapOptions
    @OptionGroup(title: "Messages") var messages: ReportOptions

    func validate() throws {
        try checkOption(folds, 2...1000, "--folds")
        try checkOption(strength, 1e-9...1e9, "--strength")
        try checkOption(neighbours, 1...100_000, "--neighbours")
        try checkOption(temperature, 0.001...100, "--temperature")
        try checkSeed(seed, "--seed")
        guard tensor.count <= 2 else { throw ValidationError("--tensor may be given twice at most.") }
        guard testLabels == nil || test != nil else { throw ValidationError("--test-labels belongs to --test.") }
    }

    func run() async throws {
        let report = try task.report()
        try Console.result(messages.json ? jsonLine(report) : report.table.printableLines)
    }

    private var task: ProbeTask {
        var task = ProbeTask(train: train, labels: labels, bootstrap: intervals.bootstrap)
        (task.test, task.testLabels, task.tensors) = (test, testLabels, (tensor.first, tensor.last))
        (task.folds, task.strength, task.seed) = (folds, strength, seed)
        (task.neighbours, task.temperature) = (neighbours, temperature)
        return task
    }
}

extension ProbeReport {
    /// The report as people read it, lines under each other.
    fileprivate var table: String {
        let chosen = Set(strengths).sorted().map { "\($0)" }.joined(separator: ", ")
        let place = folds.map { "\($0) folds of \(train.printable)" } ?? (test ?? "").printable
        return
            ([
                "\(place)   (\(linear.items) items, \(linear.classes) classes, \(groups) groups)",
                "linear probe   (C \(chosen))",
            ] + linear.rows + ["\(neighbourCount) nearest neighbours   (temperature \(temperature))"] + neighbours.rows)
            .joined(separator: "\n")
    }
}
