import ArgumentParser
import FuseMix

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

    /// Names of the given options, all of which only training uses.
    var forTraining: [String] {
        given([
            ("--batch", batch != nil), ("--epochs", epochs != nil), ("--lr", learningRate != nil),
            ("--lr-floor", lrFloor != 1e-6), ("--warmup", warmup != nil), ("--weight-decay", weightDecay != 0.1),
            ("--beta1", beta1 != 0.9), ("--beta2", beta2 != 0.999), ("--ema", ema != 0),
        ])
    }

    func apply(to settings: inout TrainingSettings) {
        settings.batch = batch
        if let epochs { (settings.epochs, settings.stepLimit) = (epochs, nil) }
        settings.learningRate = learningRate ?? settings.learningRate
        (settings.learningRateFloor, settings.warmupStart) = (lrFloor, lrFloor)
        settings.warmupSteps = warmup
        (settings.beta1, settings.beta2) = (beta1, beta2)
        (settings.weightDecay, settings.averageDecay) = (weightDecay, ema)
    }
}
