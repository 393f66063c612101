import TensorCore

/// Classifier-free guidance (Ho and Salimans, arXiv 2207.12598): the prediction goes from the
/// unconditional one `scale` times as far as the condition leads.
public struct Guidance: Sendable {
    /// 1 takes the conditional prediction as it is, at half the work.
    public var scale: Float
    /// What to lead away from: a negative prompt in the place of the learned null condition.
    public var negativeCondition: Condition?

    public init(scale: Float = 1, negativeCondition: Condition? = nil) {
        self.scale = scale
        self.negativeCondition = negativeCondition
    }
}
