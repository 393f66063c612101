import CKernels
import TensorCore

/// Regression on the sphere: the mean over the batch of 1 − x · y, pair by pair.
///
/// Nothing is contrasted, so y must be fixed, as an anchored side is: two trained sides would collapse to one point.
/// It suits targets that carry more than the identity of the pair; a contrastive loss pulls unseen concepts towards
/// seen ones.
public struct CosineLoss: Sendable {
    public init() {}

    /// - Parameters:
    ///   - x: `[batch, channels]`, rows of length 1; at least one.
    ///   - y: the same shape; row i belongs to row i of x.
    /// - Returns: the loss and its gradient with respect to x; y gets none.
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
