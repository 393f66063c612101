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
