import CKernels
import TensorCore

/// Regression on the sphere: the mean over the batch of 1 − x · y, pair by pair.
///
/// Nothing is contrasted, so y must stand still, as an anchored side does: two sides that both move would meet in one
/// point. For targets that say more than which pair is which; a contrast pulls what was never seen to what was.
public struct CosineLoss: Sendable {
    public init() {}

    /// - Parameters:
    ///   - x: `[batch, channels]`, rows of length 1; at least one.
    ///   - y: the same shape; row i belongs to row i of x.
    /// - Returns: the loss and its gradient with respect to x; that of y is not made.
    public func callAsFunction(_ x: Tensor, _ y: Tensor) -> LossValue {
        precondition(x.shape == y.shape && x.rows > 0, "rows of \(x.shape) and \(y.shape) are no pairs")
        let similarities = x.withFloats { x in
            y.withFloats { y in ck_dot(x.baseAddress, y.baseAddress, Int64(x.count)) }
        }
        return LossValue(
            loss: 1 - similarities / Double(x.rows), gradientX: y * (-1 / Float(x.rows)), gradientY: nil,
            scalarGradients: [])
    }
}
