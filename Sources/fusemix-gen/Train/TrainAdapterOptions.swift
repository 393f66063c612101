import ArgumentParser
import FuseMix

extension TrainingPreset: ExpressibleByArgument {}

/// Methods to make adapters: training, or a closed form for comparison.
enum TrainMethod: String, ExpressibleByArgument, CaseIterable {
    case fusemix, linear, procrustes, cca

    /// The closed form of that name; nil for training.
    var baseline: Baseline? { Baseline(rawValue: rawValue) }
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
    var preset = TrainingPreset.small

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
            """
            Multiply the weight of each vector of --base by exp(gain · ⟨output of x, vector less their mean⟩) instead of \
            adding the output to the guess, so that x stays a mixture of these vectors; 0.01 to 100, vectors of zeros \
            are left out.
            """, valueName: "gain"))
    var baseGain: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight of the mean squared length of the output of x by which it corrects its --base, 0 to 1000.",
            valueName: "weight"))
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
        if base == nil, baseStart != nil || baseGain != nil || correctionPenalty != 0 {
            throw ValidationError("--base-start, --base-gain and --correction-penalty have no meaning without --base.")
        }
        try checkOption(basePower, 0.01...100, "--base-power")
        try checkOption(baseGain, ScoreBase.gains, "--base-gain")
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

    /// Names of the given options that only training uses.
    var forTraining: [String] {
        given([
            ("--preset", preset != .small), ("--width", width != nil), ("--expansion", expansion != nil),
            ("--blocks", blocks != nil), ("--dropout", dropout != nil), ("--standardise", standardise),
            ("--base-gain", baseGain != nil), ("--correction-penalty", correctionPenalty != 0),
        ])
    }

    func apply(to job: inout TrainingJob) {
        if let width { job.adapters.width = width == 0 ? nil : width }
        job.adapters.expansion = expansion ?? job.adapters.expansion
        job.adapters.blocks = blocks ?? job.adapters.blocks
        job.adapters.dropout = dropout ?? job.adapters.dropout
        job.adapters.outputSize = outputSize ?? job.adapters.outputSize
        job.adapters.isAnchored = anchored
        job.settings.standardizes = standardise
        job.settings.correctionPenalty = correctionPenalty
        job.base = base.map { TrainingJob.Base(path: $0, start: baseStart, power: basePower, gain: baseGain) }
        if let baseline = method.baseline {
            job.method = .closedForm(baseline, strength: strength, outputSize: outputSize)
        }
    }
}
