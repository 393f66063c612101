/// The steps that result from settings and data.
public struct TrainingPlan: Sendable, Equatable {
    public let trainingPairs: Int
    public let validationPairs: Int
    /// Mixed pairs per step.
    public let batch: Int
    public let stepsPerEpoch: Int
    public let epochs: Int
    public let warmupSteps: Int
    /// Steps of all epochs; early stopping may leave some out.
    public let steps: Int
    /// Number of trained parameters.
    public internal(set) var parameters = 0

    /// Throws `TrainingError.tooFewPairs` when the pairs do not fill one batch.
    init(_ settings: TrainingSettings, training: Int, validation: Int) throws {
        (trainingPairs, validationPairs) = (training, validation)
        let pairsAPair = settings.mixing == .halves ? 2 : 1
        batch = settings.batch ?? min(settings.largestBatch, training / pairsAPair)
        guard batch >= 2, batch <= training / pairsAPair else {
            throw TrainingError.tooFewPairs(found: training, needed: max(batch, 2) * pairsAPair)
        }
        // Pairs that do not fill a batch wait for the next epoch's order.
        let stepsPerEpoch = training / (batch * pairsAPair)
        self.stepsPerEpoch = stepsPerEpoch
        let limit = settings.stepLimit.map { max(1, ($0 + stepsPerEpoch - 1) / stepsPerEpoch) }
        epochs = min(settings.epochs, limit ?? settings.epochs)
        steps = stepsPerEpoch * epochs
        let warmup = min(100, max(1, Int((Double(steps) * 0.05).rounded())))
        warmupSteps = min(settings.warmupSteps ?? warmup, steps)
    }
}
