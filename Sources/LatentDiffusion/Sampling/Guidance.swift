/// Classifier-free guidance (Ho and Salimans, arXiv 2207.12598): the prediction is the unconditional one plus `scale`
/// times the difference that the condition makes.
public struct Guidance: Sendable {
    /// The guidance scale; 1 takes the conditional prediction as it is, at half the work.
    public var scale: Float
    /// The condition to lead away from: a negative prompt in place of the learned null condition.
    public var negativeCondition: Condition?

    public init(scale: Float = 1, negativeCondition: Condition? = nil) {
        self.scale = scale
        self.negativeCondition = negativeCondition
    }
}
