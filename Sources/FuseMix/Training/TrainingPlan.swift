/// How settings and data make steps.
public struct TrainingPlan: Sendable, Equatable {
    public let trainingPairs: Int
    public let validationPairs: Int
    /// Mixed pairs a step.
    public let batch: Int
    public let stepsPerEpoch: Int
    public let epochs: Int
    public let warmupSteps: Int
    /// Steps of all epochs; early stopping may leave some out.
    public let steps: Int
    /// Trained numbers.
    public internal(set) var parameters = 0

    /// Throws `TrainingError.tooFewPairs` when there is not one whole batch.
    init(_ settings: TrainingSettings, training: Int, validation: Int) throws {
        (trainingPairs, validationPairs) = (training, validation)
        let pairsAPair = settings.mixing == .halves ? 2 : 1
        batch = settings.batch ?? min(settings.largestBatch, training / pairsAPair)
        guard batch >= 2, batch <= training / pairsAPair else {
            throw TrainingError.tooFewPairs(found: training, needed: max(batch, 2) * pairsAPair)
        }
        // What does not fill a batch waits for the next epoch's order.
        let stepsPerEpoch = training / (batch * pairsAPair)
        self.stepsPerEpoch = stepsPerEpoch
        let limit = settings.stepLimit.map { max(1, ($0 + stepsPerEpoch - 1) / stepsPerEpoch) }
        epochs = min(settings.epochs, limit ?? settings.epochs)
        steps = stepsPerEpoch * epochs
        let warmup = min(100, max(1, Int((Double(steps) * 0.05).rounded())))
        warmupSteps = min(settings.warmupSteps ?? warmup, steps)
    }
}
