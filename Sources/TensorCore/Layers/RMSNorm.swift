import CKernels

/// Root-mean-square normalisation over the last axis (Zhang & Sennrich, arXiv 1910.07467).
public struct RMSNorm: Sendable {
    private let weight: Tensor
    private let epsilon: Float

    /// `weight` is `[channels]`.
    public init(weight: Tensor, epsilon: Float) {
        (self.weight, self.epsilon) = (weight.float32(), epsilon)
    }

    /// Normalises runs of as many elements as there are weights: `[..., n · channels]` → the same shape.
    /// With one weight an element of a head, it normalises each head of `[batch, tokens, heads · headSize]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        precondition(x.channels % weight.count == 0, "\(weight.count) weights for \(x.shape)")
        return weight.withFloats { weight in
            x.mapped {
                ck_rms_norm($0, weight.baseAddress, epsilon, $1, Int64(x.count / weight.count), Int64(weight.count))
            }
        }
    }
}
