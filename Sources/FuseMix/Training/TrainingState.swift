/// Where a training stands, beside its numbers.
struct TrainingState: Sendable, Equatable, Codable {
    /// Steps done.
    var step = 0
    /// Steps done when the best adapter so far was validated, with its score.
    var bestStep: Int?
    var bestScore: ValidationScore?
    /// Validations since.
    var validationsSinceBest = 0
}
