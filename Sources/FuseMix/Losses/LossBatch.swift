import TensorCore

/// A batch of pairs in memory, with room for its gradients, during the computation of a loss.
struct LossBatch {
    let count: Int
    let channels: Int
    /// `[count, channels]` each.
    let x: UnsafePointer<Float>
    let y: UnsafePointer<Float>
    let gradientX: UnsafeMutablePointer<Float>
    let gradientY: UnsafeMutablePointer<Float>?

    /// Calls `body` with the batch of x and y and zeroed gradients; returns the gradients that `body` leaves.
    static func gradients(
        _ x: Tensor, _ y: Tensor, withGradientY: Bool, _ body: (LossBatch) -> Void
    ) -> (x: Tensor, y: Tensor?) {
        precondition(x.shape.count == 2 && x.shape == y.shape, "pairs of \(x.shape) and \(y.shape)")
        precondition(x.count > 0, "an empty batch")
        let both = Tensor(shape: [withGradientY ? 2 : 1] + x.shape) { gradients in
            gradients.update(repeating: 0)
            x.withFloats { rowsOfX in
                y.withFloats { rowsOfY in
                    guard let start = gradients.baseAddress, let startX = rowsOfX.baseAddress,
                        let startY = rowsOfY.baseAddress
                    else { return }
                    body(
                        LossBatch(
                            count: x.rows, channels: x.channels, x: startX, y: startY, gradientX: start,
                            gradientY: withGradientY ? start + x.count : nil))
                }
            }
        }
        return (both.item(0), withGradientY ? both.item(1) : nil)
    }
}

/// A contrastive loss of a batch and its gradients.
public struct LossValue: Sendable {
    /// The loss in nats; a mean over the batch.
    public let loss: Double
    /// `[batch, channels]`, with respect to the rows of x as free vectors: the adapter normalises them to length 1, and
    /// its backward pass projects.
    public let gradientX: Tensor
    /// The gradient with respect to the rows of y; nil when it was not asked for.
    public let gradientY: Tensor?
    /// Gradients with respect to the loss's own scalars, in the order in which the loss documents them.
    public let scalarGradients: [Double]
}
