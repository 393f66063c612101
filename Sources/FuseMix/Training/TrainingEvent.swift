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

/// What a training comes to.
public struct TrainingOutcome: Sendable {
    public enum End: Sendable, Equatable {
        /// All epochs are done.
        case finished
        /// Validation got no better for as long as the patience allows.
        case stoppedEarly
        /// The caller asked for it; there is a checkpoint to resume from.
        case interrupted
    }

    public let end: End
    /// The best adapters by validation, else the last ones.
    public let component: AdapterComponent
    public let plan: TrainingPlan
    public let steps: Int
    /// Of the best adapters; nil without validation.
    public let bestStep: Int?
    public let score: ValidationScore?
    public let lastLoss: Double?
    public let temperature: Double
    public let seconds: Double
}
