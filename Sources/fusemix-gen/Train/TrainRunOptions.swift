import ArgumentParser
import FilesOnDisk
import Foundation
import FuseMix
import SoundBridge

extension TrainingSettings.Selection: ExpressibleByArgument {}

struct TrainValidationOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Share of the groups (recordings, images, concepts) held out for validation, drawn by the seed, 0 (none) \
            to 0.9. A split column of the pairs stands over it. (default: 0.1)
            """, valueName: "share"))
    var validation: Double?

    @Option(
        help: ArgumentHelp(
            "Groups to hold out instead: a file with one a line, or their names separated by commas.",
            valueName: "file|names"))
    var validationGroups: String?

    @Option(
        help: ArgumentHelp(
            """
            What the best adapters are chosen by, on the pairs held out: R@1; the mean of R@1, R@5 and R@10; or the \
            share of x whose nearest y, among those of training too, is of their group, which is zero-shot accuracy on \
            classes held out where groups are classes; or the mean cosine of the pairs, for --anchored. (tokens: similarity)
            """, valueName: "figure"))
    var selectBy = TrainingSettings.Selection.recall

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Epochs from one validation to the next, 1 to 100000. (default: 1)", valueName: "epochs"))
    var validateEvery: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Validations without a better one after which training ends, 0 for never. (default: 50; paper: 0)",
            valueName: "count"))
    var patience: Int?

    func validate() throws {
        try checkOption(validation, 0...0.9, "--validation")
        try checkOption(validateEvery, 1...100_000, "--validate-every")
        try checkOption(patience, 0...1_000_000, "--patience")
        if validation != nil, validationGroups != nil {
            throw ValidationError("--validation and --validation-groups cannot both say what is held out.")
        }
    }

    /// Names of the given options that only training uses.
    var forTraining: [String] {
        given([("--validate-every", validateEvery != nil), ("--patience", patience != nil)])
    }

    /// Copies the options to a job. Throws `FileContentError` for a list of groups that cannot be read.
    func apply(to job: inout TrainingJob) throws {
        if let validation { job.heldOut = .fraction(validation) }
        if let validationGroups { job.heldOut = try PairSplit.Rule(groups: validationGroups) }
        job.settings.selection = selectBy
        job.settings.validationInterval = validateEvery ?? job.settings.validationInterval
        if let patience { job.settings.patience = patience == 0 ? nil : patience }
    }
}

struct TrainRunOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seed of everything random, 0 to 2^63-1. (default: 42; paper: 42)", valueName: "n"))
    var seed: UInt64 = 42

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Threads to compute with, 1 to 1024. (default: $OMP_NUM_THREADS, else one a processor)", valueName: "count")
    )
    var threads: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Memory to stay within, in GB, 0.1 to 10000; with less, more is computed twice, to the same result.",
            valueName: "gigabytes"))
    var memory = Double(Trainer.usualMemory) / 1e9

    @Flag(help: "Go on from the checkpoint of an interrupted training: the result is that of an unbroken one.")
    var resume = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seconds from one checkpoint to the next, 1 to 1000000.", valueName: "seconds"))
    var saveEvery = 300.0

    @Option(help: ArgumentHelp("Write a JSON object a step and a validation.", valueName: "jsonl"))
    var log: String?

    func validate() throws {
        try checkOption(seed, 0...UInt64(Int64.max), "--seed")
        try checkOption(threads, ThreadCount.range, "--threads")
        try checkOption(memory, 0.1...10_000, "--memory")
        try checkOption(saveEvery, 1...1_000_000, "--save-every")
    }

    /// Names of the given options that only training uses.
    var forTraining: [String] { given([("--resume", resume), ("--log", log != nil)]) }

    func apply(to job: inout TrainingJob) {
        job.settings.seed = seed
        job.threads = threads ?? ThreadCount.inEnvironment ?? ProcessInfo.processInfo.activeProcessorCount
        (job.memory, job.resumes, job.saveInterval) = (Int(memory * 1e9), resume, saveEvery)
    }
}

/// Returns the names of the options that were given.
func given(_ options: [(name: String, isGiven: Bool)]) -> [String] { options.filter(\.isGiven).map(\.name) }
