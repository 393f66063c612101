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
