import ArgumentParser
import FuseMix
import TensorCore

extension TrainingSettings.Mixing: ExpressibleByArgument {}
extension TrainingSettings.Loss: ExpressibleByArgument {}
extension TrainingSettings.Positives: ExpressibleByArgument {}
extension TrainingSettings.Selection: ExpressibleByArgument {}

/// How adapters are come by.
enum TrainMethod: String, ExpressibleByArgument, CaseIterable {
    case fusemix, linear, procrustes, cca

    /// The closed form that it is; nil for training.
    var baseline: Baseline? { Baseline(rawValue: rawValue) }
}

/// How weights are stored.
enum WeightType: String, ExpressibleByArgument, CaseIterable {
    case f16, f32
}

/// Names of the options that were given.
func given(_ options: [(name: String, isGiven: Bool)]) -> [String] { options.filter(\.isGiven).map(\.name) }

struct TrainDataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Latents of one encoder: .safetensors or .npy, as embed writes them.", valueName: "latents"))
    var x: String

    @Option(help: ArgumentHelp("Latents of the other encoder; of the target, with --anchored.", valueName: "latents"))
    var y: String

    @Option(
        help: ArgumentHelp(
            """
            Table of pairs, separated by tabs under a header: the columns x and y hold ids and, if wanted, group \
            and split (train, validation, test). (default: rows of equal id are pairs)
            """, valueName: "tsv"))
    var pairs: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder of the component to write.", valueName: "folder"))
    var output: String

    @Flag(help: "Replace a component or checkpoint that exists; without it either is an error and stays as it is.")
    var overwrite = false

    @Option(help: "How weights are stored.")
    var dtype = WeightType.f16
}

struct TrainAdapterOptions: ParsableArguments {
    @Option(
        help: """
            Train, or solve in closed form to compare with: ridge regression, a rotation, or canonical correlations; \
            then only options of data, output size, validation and threads count, and with linear --base.
            """)
    var method = TrainMethod.fusemix

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Regularisation of linear and cca, in mean variances of a channel, 1e-9 to 1e9. (default: the best on the \
            pairs held out)
            """, valueName: "strength"))
    var strength: Double?

    @Option(help: "Settings to start from: small adapters, or the paper's.")
    var preset = TrainPreset.small

    @Flag(help: "Train x alone into the space of y as it is, instead of both into a new one. (paper: both)")
    var anchored = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Channels of the residual stream, 1 to 65536; 0 is the input's. (default: 384; paper: the input's)",
            valueName: "channels"))
    var width: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Hidden channels of a block over its width, 1 to 64. (default: 2; paper: 4)", valueName: "factor"))
    var expansion: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Residual blocks of an adapter, 1 to 64. (default: 2; paper: 4)", valueName: "count"))
    var blocks: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Share of hidden channels dropped in training, 0 to 0.99. (default: 0.3; paper: 0.6)", valueName: "share"))
    var dropout: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Channels of the shared space, 1 to 65536; that of y with --anchored. (default: 384; paper: 512)",
            valueName: "channels"))
    var outputSize: Int?

    @Flag(
        help: """
            Bring each channel of the latents that are trained on to mean 0 and about deviation 1; the input projection \
            takes it over. (paper: as they are)
            """)
    var standardise = false

    @Option(
        help: ArgumentHelp(
            """
            Let x correct a frozen guess: class scores among its latents weigh the vectors of this .safetensors \
            (tensor weight, [output size, scores]). (paper: none)
            """, valueName: "file"))
    var base: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Channel of x where the scores of --base start. (default: they are the last ones)", valueName: "channel"))
    var baseStart: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What the scores of --base are raised to, 0.01 to 100.", valueName: "power"))
    var basePower = 1.0

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight of the mean squared length of what x adds to its --base, 0 to 1000.", valueName: "weight"))
    var correctionPenalty = 0.0

    func validate() throws {
        try checkOption(strength, 1e-9...1e9, "--strength")
        if method != .linear, method != .cca, strength != nil {
            throw ValidationError("--strength has no meaning with --method \(method.rawValue).")
        }
        if base != nil, method == .procrustes || method == .cca {
            throw ValidationError("--base has no meaning with --method \(method.rawValue).")
        }
        if base != nil, method == .linear, !anchored {
            throw ValidationError("--base with --method linear needs --anchored: it is a guess of y as it stands.")
        }
        if base == nil, baseStart != nil || correctionPenalty != 0 {
            throw ValidationError("--base-start and --correction-penalty have no meaning without --base.")
        }
        try checkOption(basePower, 0.01...100, "--base-power")
        try checkOption(correctionPenalty, 0...1000, "--correction-penalty")
        try checkOption(width, 0...65_536, "--width")
        try checkOption(expansion, 1...64, "--expansion")
        try checkOption(blocks, 1...64, "--blocks")
        try checkOption(dropout, 0...0.99, "--dropout")
        try checkOption(outputSize, 1...65_536, "--output-size")
        if anchored, outputSize != nil {
            throw ValidationError("--output-size has no meaning with --anchored, where the space is that of y.")
        }
    }

    /// Those given that only a training heeds.
    var forTraining: [String] {
        given([
            ("--preset", preset != .small), ("--width", width != nil), ("--expansion", expansion != nil),
            ("--blocks", blocks != nil), ("--dropout", dropout != nil), ("--standardise", standardise),
            ("--correction-penalty", correctionPenalty != 0),
        ])
    }
}

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
            classes held out where groups are classes.
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

    /// Those given that only a training heeds.
    var forTraining: [String] {
        given([("--validate-every", validateEvery != nil), ("--patience", patience != nil)])
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

    /// Those given that only a training heeds.
    var forTraining: [String] { given([("--resume", resume), ("--log", log != nil)]) }
}
