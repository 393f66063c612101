import TensorCore

/// A contrastive loss of a batch and its gradients.
public struct LossValue: Sendable {
    /// In nats; a mean over the batch.
    public let loss: Double
    /// `[batch, channels]`, with respect to the rows of x as free vectors: that they have length 1 is the adapter's
    /// doing, and its backward pass projects.
    public let gradientX: Tensor
    /// The same of y; nil when it was not asked for.
    public let gradientY: Tensor?
    /// With respect to the loss's own scalars, in the order in which the loss documents them.
    public let scalarGradients: [Double]
}
