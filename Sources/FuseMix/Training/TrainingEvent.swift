/// What a trainer reports while it runs.
public enum TrainingEvent: Sendable {
    /// Before the first step.
    case started(TrainingPlan)
    /// Seconds that all the steps will take, measured on the first ones of this run.
    case expected(seconds: Double)
    case step(Step)
    case validated(Validation)
    /// After the last step, before anything is written.
    case ended

    public struct Step: Sendable, Codable {
        /// Counts from 1, as the epoch does.
        public let step: Int
        public let epoch: Int
        public let loss: Double
        public let temperature: Double
        public let learningRate: Double
        /// Mixed pairs a second since this run began, validations left out.
        public let pairsPerSecond: Double
        /// Seconds that the steps to come will take.
        public let remaining: Double
    }

    public struct Validation: Sendable, Codable {
        public let step: Int
        public let epoch: Int
        public let score: ValidationScore
        /// Whether no validation before was as good.
        public let isBest: Bool
    }
}
