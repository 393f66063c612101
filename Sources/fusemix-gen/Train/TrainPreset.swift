import ArgumentParser
import FuseMix

/// Where settings start that options do not give.
enum TrainPreset: String, ExpressibleByArgument, CaseIterable {
    case small
    /// Every number of the paper's method (arXiv 2312.10144).
    case paper

    /// Of one adapter; `width` nil is the input's size.
    struct Form {
        let width: Int?
        let expansion: Int
        let blocks: Int
        let dropout: Double
        let outputSize: Int
    }

    var form: Form {
        switch self {
        case .small: Form(width: 384, expansion: 2, blocks: 2, dropout: 0.3, outputSize: 384)
        case .paper: Form(width: nil, expansion: 4, blocks: 4, dropout: 0.6, outputSize: 512)
        }
    }

    /// Mixed pairs of a step where there are enough, and steps after which no further epoch begins.
    var limits: (batch: Int, steps: Int?) {
        switch self {
        case .small: (1024, 600)
        case .paper: (20_480, nil)
        }
    }

    /// Validations without a better one; nil never ends a training early.
    var patience: Int? {
        switch self {
        case .small: 50
        case .paper: nil
        }
    }
}

extension Train {
    /// The settings that preset and options make for latents of these sizes.
    ///
    /// - Parameter scores: Class scores that the base of x weighs; nil for no base.
    func settings(
        x: (encoder: String, size: Int), y: (encoder: String, size: Int), scores: Int?
    ) -> TrainingSettings {
        let form = adapters.preset.form
        func tower(_ inputSize: Int, base: ScoreBase.Form? = nil) -> TowerConfiguration {
            let width = adapters.width.map { $0 == 0 ? inputSize : $0 } ?? form.width ?? inputSize
            return TowerConfiguration(
                inputSize: inputSize,
                kind: .fusemix(
                    AdapterForm(
                        width: width, expansion: adapters.expansion ?? form.expansion,
                        blocks: adapters.blocks ?? form.blocks, dropout: adapters.dropout ?? form.dropout)),
                base: base)
        }
        let base = scores.map { scores in
            ScoreBase.Form(start: adapters.baseStart ?? x.size - scores, count: scores, power: adapters.basePower)
        }
        let target = adapters.anchored ? TowerConfiguration(inputSize: y.size, kind: .identity) : tower(y.size)
        var settings = TrainingSettings(
            adapters: AdapterConfiguration(
                xEncoder: x.encoder, yEncoder: y.encoder,
                outputSize: adapters.anchored ? y.size : adapters.outputSize ?? form.outputSize,
                x: tower(x.size, base: base),
                y: target))
        setSteps(of: &settings)
        settings.mixing = mixing.mixing
        settings.mixingAlpha = mixing.mixingAlpha
        settings.mixesEachPair = mixing.lambdaPerSample
        settings.addsUnmixed = mixing.withUnmixed
        settings.latentNoise = mixing.latentNoise
        settings.loss = loss.loss
        settings.positives = loss.positives
        settings.temperature = loss.temperature ?? settings.temperature
        settings.structureWeight = loss.structure
        settings.standardizes = adapters.standardise
        settings.correctionPenalty = adapters.correctionPenalty
        settings.selection = validation.selectBy
        settings.validationInterval = validation.validateEvery ?? settings.validationInterval
        settings.patience = validation.patience.map { $0 == 0 ? nil : $0 } ?? adapters.preset.patience
        settings.seed = machine.seed
        return settings
    }

    private func setSteps(of settings: inout TrainingSettings) {
        settings.batch = optimiser.batch
        settings.largestBatch = adapters.preset.limits.batch
        settings.epochs = optimiser.epochs ?? settings.epochs
        settings.stepLimit = optimiser.epochs == nil ? adapters.preset.limits.steps : nil
        settings.learningRate = optimiser.learningRate ?? settings.learningRate
        (settings.learningRateFloor, settings.warmupStart) = (optimiser.lrFloor, optimiser.lrFloor)
        settings.warmupSteps = optimiser.warmup
        (settings.beta1, settings.beta2) = (optimiser.beta1, optimiser.beta2)
        settings.weightDecay = optimiser.weightDecay
        settings.averageDecay = optimiser.ema
    }
}
