import TensorCore

/// Classifier-free guidance (Ho and Salimans, arXiv 2207.12598): the prediction goes from the
/// unconditional one `scale` times as far as the condition leads.
public struct Guidance: Sendable {
    /// 1 takes the conditional prediction as it is, at half the work.
    public var scale: Float
    /// Noise shares (`NoiseLevel.noiseShare`) at which guidance is at work; elsewhere the scale is 1
    /// (Kynkäänniemi et al., arXiv 2404.07724).
    public var interval: ClosedRange<Double>
    /// What to lead away from: a negative prompt in the place of the learned null condition.
    public var negativeCondition: Condition?

    public init(scale: Float = 1, interval: ClosedRange<Double> = 0...1, negativeCondition: Condition? = nil) {
        self.scale = scale
        self.interval = interval
        self.negativeCondition = negativeCondition
    }

    func isActive(at level: NoiseLevel) -> Bool {
        scale != 1 && interval.contains(level.noiseShare)
    }
}
