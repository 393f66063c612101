import ArgumentParser
import FuseMix

extension TrainingSettings.Mixing: ExpressibleByArgument {}
extension TrainingSettings.Loss: ExpressibleByArgument {}
extension TrainingSettings.Positives: ExpressibleByArgument {}

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

    /// Names of the given options, all of which only training uses.
    var forTraining: [String] {
        given([
            ("--mixing", mixing != .halves), ("--mixing-alpha", mixingAlpha != 1),
            ("--lambda-per-sample", lambdaPerSample), ("--with-unmixed", withUnmixed),
            ("--latent-noise", latentNoise != 0),
        ])
    }

    func apply(to settings: inout TrainingSettings) {
        (settings.mixing, settings.mixingAlpha, settings.mixesEachPair) = (mixing, mixingAlpha, lambdaPerSample)
        (settings.addsUnmixed, settings.latentNoise) = (withUnmixed, latentNoise)
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

    /// Names of the given options, all of which only training uses.
    var forTraining: [String] {
        given([
            ("--loss", loss != .infonce), ("--positives", positives != .pair), ("--temperature", temperature != nil),
            ("--structure", structure != 0),
        ])
    }

    func apply(to settings: inout TrainingSettings) {
        (settings.loss, settings.positives, settings.structureWeight) = (loss, positives, structure)
        settings.temperature = temperature ?? settings.temperature
    }
}
