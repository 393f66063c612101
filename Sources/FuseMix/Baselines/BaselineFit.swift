/// Adapters in closed form, and how they came about.
public struct BaselineFit: Sendable {
    public let component: AdapterComponent
    /// Of the regularisation, in mean variances of a channel; nil for a method that has none.
    public let strength: Double?
    /// On the pairs held out, when there are any.
    public let validation: ValidationScore?
}
