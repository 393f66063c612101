import CKernels

/// Layer normalisation over the last axis (Ba et al., arXiv 1607.06450), with or without an affine part.
public struct LayerNorm: Sendable {
    private let weight: Tensor?
    private let bias: Tensor?
    private let epsilon: Float

    /// `weight` and `bias` are `[channels]`.
    public init(weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Float) {
        (self.weight, self.bias, self.epsilon) = (weight?.float32(), bias?.float32(), epsilon)
    }

    /// `[..., channels]` → the same shape.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        precondition(weight.map { $0.count == x.channels } ?? true, "one weight a channel")
        return withOptionalFloats(weight) { weight in
            withOptionalFloats(bias) { bias in
                x.mapped { ck_layer_norm($0, weight, bias, epsilon, $1, Int64(x.rows), Int64(x.channels)) }
            }
        }
    }
}

/// Root-mean-square normalisation over the last axis (Zhang & Sennrich, arXiv 1910.07467).
public struct RMSNorm: Sendable {
    private let weight: Tensor
    private let epsilon: Float

    /// `weight` is `[channels]`.
    public init(weight: Tensor, epsilon: Float) {
        (self.weight, self.epsilon) = (weight.float32(), epsilon)
    }

    /// Normalises groups of as many elements as there are weights: `[..., n · channels]` → the same shape. With one
    /// weight per element of a head, it normalises each head of `[batch, tokens, heads · headSize]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        precondition(x.channels % weight.count == 0, "\(weight.count) weights for \(x.shape)")
        return weight.withFloats { weight in
            x.mapped {
                ck_rms_norm($0, weight.baseAddress, epsilon, $1, Int64(x.count / weight.count), Int64(weight.count))
            }
        }
    }
}
