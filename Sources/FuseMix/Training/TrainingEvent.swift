/// A trainer's report while it runs.
public enum TrainingEvent: Sendable {
    /// A report before the first step.
    case started(TrainingPlan)
    /// Seconds for all the steps, estimated from the first ones of this run.
    case expected(seconds: Double)
    case step(Step)
    case validated(Validation)
    /// A report after the last step, before anything is written, with the score of the adapters as they will be stored;
    /// nil when nothing is held out, or the training was interrupted.
    case ended(ValidationScore?)
    /// A report of what the figures do not show.
    case warned(TrainingWarning)

    public struct Step: Sendable, Codable {
        /// The step, counted from 1, as the epoch is.
        public let step: Int
        public let epoch: Int
        public let loss: Double
        public let temperature: Double
        public let learningRate: Double
        /// Mixed pairs per second since this run began, validations left out.
        public let pairsPerSecond: Double
        /// Seconds for the remaining steps.
        public let remaining: Double
    }

    public struct Validation: Sendable, Codable {
        public let step: Int
        public let epoch: Int
        public let score: ValidationScore
        /// Whether this is the best validation so far.
        public let isBest: Bool
    }
}

/// The result of a training.
public struct TrainingOutcome: Sendable {
    public enum End: Sendable, Equatable {
        /// A run through all epochs.
        case finished
        /// An early stop: validation got no better for as long as the patience allows.
        case stoppedEarly
        /// A stop that the caller asked for; there is a checkpoint to resume from.
        case interrupted
    }

    public let end: End
    /// The best adapters by validation, or else the last ones.
    public let component: AdapterComponent
    public let plan: TrainingPlan
    public let steps: Int
    /// Step of the best adapters; nil without validation.
    public let bestStep: Int?
    public let score: ValidationScore?
    public let lastLoss: Double?
    public let temperature: Double
    public let seconds: Double
}
