import ArgumentParser
import FuseMix

struct TrainMixingOptions: ParsableArguments {
    @Option(
        help: """
            What a mixed pair is made of: a pair from each half of twice the batch (half as many mixed pairs an epoch \
            as there are pairs), the batch and a permutation of itself (as many), or nothing. (paper: halves)
            """)
    var mixing = TrainingSettings.Mixing.halves

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "α of the Beta(α, α) that mixing weights are drawn from, 0.01 to 100. (paper: 1)", valueName: "alpha"))
    var mixingAlpha = 1.0

    @Flag(help: "Draw a mixing weight for each pair instead of one for the batch. (paper: one)")
    var lambdaPerSample = false

    @Flag(help: "Join each mixed pair by one that is not mixed. (paper: mixed alone)")
    var withUnmixed = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Standard deviation of Gaussian noise on the latents that are trained on, over their root mean square, \
            0 to 10. (paper: 0)
            """, valueName: "deviation"))
    var latentNoise = 0.0

    func validate() throws {
        try checkOption(mixingAlpha, 0.01...100, "--mixing-alpha")
        try checkOption(latentNoise, 0...10, "--latent-noise")
    }

    /// Those given that only a training heeds, which is all.
    var forTraining: [String] {
        given([
            ("--mixing", mixing != .halves), ("--mixing-alpha", mixingAlpha != 1),
            ("--lambda-per-sample", lambdaPerSample), ("--with-unmixed", withUnmixed),
            ("--latent-noise", latentNoise != 0),
        ])
    }
}

struct TrainLossOptions: ParsableArguments {
    @Option(
        help: """
            Symmetric InfoNCE, the sigmoid loss of SAIL, or, with --anchored, 1 - cosine of each pair without a contrast. \
            (paper: infonce)
            """)
    var loss = TrainingSettings.Loss.infonce

    @Option(
        help: """
            Which pairs of a batch are positives: each with itself alone, or also those of its group, of its row of x \
            or of its row of y, where captions share an image or clips a caption. (paper: pair)
            """)
    var positives = TrainingSettings.Positives.pair

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Where the learnt temperature starts, 0.001 to 0.5, between which it stays. (default: 0.07; paper: 0.07)",
            valueName: "temperature"))
    var temperature: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight of the STRUCTURE regulariser, which keeps neighbourhoods, 0 to 1000. (paper: 0)",
            valueName: "weight"))
    var structure = 0.0

    func validate() throws {
        try checkOption(temperature, 0.001...0.5, "--temperature")
        try checkOption(structure, 0...1000, "--structure")
    }

    /// Those given that only a training heeds, which is all.
    var forTraining: [String] {
        given([
            ("--loss", loss != .infonce), ("--positives", positives != .pair), ("--temperature", temperature != nil),
            ("--structure", structure != 0),
        ])
    }
}

struct TrainOptimiserOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Mixed pairs a step, 2 to 1000000. (default: 1024, or as many as there are; paper: 20480)",
            valueName: "pairs"))
    var batch: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Passes over the pairs, 1 to 1000000. (default: 500, or as many as make 600 steps; paper: 500)",
            valueName: "count"))
    var epochs: Int?

    @Option(
        name: [.customLong("lr"), .customLong("learning-rate")], parsing: .unconditional,
        help: ArgumentHelp(
            "Highest learning rate of AdamW, 1e-8 to 1. (default: 0.001; paper: 0.001)", valueName: "rate"))
    var learningRate: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Where warm-up starts and the cosine, by epochs, ends, 0 to 1. (paper: 1e-6)", valueName: "rate"))
    var lrFloor = 1e-6

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Steps of linear warm-up, 0 to 1000000. (default: 100, at most 5 % of all; paper: 100)", valueName: "steps")
    )
    var warmup: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight decay of AdamW, 0 to 10; vectors and scalars have none. (paper: 0.1)", valueName: "decay"))
    var weightDecay = 0.1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Decay of AdamW's first moments, 0 to 0.9999. (paper: 0.9)", valueName: "beta"))
    var beta1 = 0.9

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Decay of AdamW's second moments, 0 to 0.999999. (paper: 0.999)", valueName: "beta"))
    var beta2 = 0.999

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Decay a step of the running average of the weights, which is then what is validated and written, \
            0 (none) to 0.99999. (paper: 0)
            """, valueName: "decay"))
    var ema = 0.0

    func validate() throws {
        try checkOption(batch, 2...1_000_000, "--batch")
        try checkOption(epochs, 1...1_000_000, "--epochs")
        try checkOption(learningRate, 1e-8...1, "--lr")
        try checkOption(lrFloor, 0...1, "--lr-floor")
        try checkOption(warmup, 0...1_000_000, "--warmup")
        try checkOption(weightDecay, 0...10, "--weight-decay")
        try checkOption(beta1, 0...0.9999, "--beta1")
        try checkOption(beta2, 0...0.999999, "--beta2")
        try checkOption(ema, 0...0.99999, "--ema")
    }

    /// Those given that only a training heeds, which is all.
    var forTraining: [String] {
        given([
            ("--batch", batch != nil), ("--epochs", epochs != nil), ("--lr", learningRate != nil),
            ("--lr-floor", lrFloor != 1e-6), ("--warmup", warmup != nil), ("--weight-decay", weightDecay != 0.1),
            ("--beta1", beta1 != 0.9), ("--beta2", beta2 != 0.999), ("--ema", ema != 0),
        ])
    }
}
