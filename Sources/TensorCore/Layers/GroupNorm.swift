import CKernels

/// Group normalisation over NHWC pictures (Wu & He, arXiv 1803.08494), optionally followed by SiLU.
public struct GroupNorm: Sendable {
    private let groups: Int
    private let weight: Tensor
    private let bias: Tensor
    private let epsilon: Float
    private let activation: Activation

    /// `weight` and `bias` are `[channels]`; `groups` divides the channels; the activation is `.none` or `.silu`.
    public init(groups: Int, weight: Tensor, bias: Tensor, epsilon: Float, activation: Activation = .none) {
        precondition(groups > 0 && weight.count % groups == 0, "\(groups) groups for \(weight.count) channels")
        precondition(activation == .none || activation == .silu, "group norm fuses SiLU only")
        (self.groups, self.epsilon, self.activation) = (groups, epsilon, activation)
        (self.weight, self.bias) = (weight.float32(), bias.float32())
    }

    /// `[batch, height, width, channels]` → the same shape.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        precondition(x.shape.count == 4 && x.channels == weight.count, "unexpected \(x.shape)")
        let pixels = x.shape[1] * x.shape[2]
        return Tensor(shape: x.shape) { y in
            weight.withFloats { weight in
                bias.withFloats { bias in
                    for index in 0..<x.shape[0] {
                        x.item(index).withFloats { picture in
                            let status = ck_group_norm(
                                picture.baseAddress, weight.baseAddress, bias.baseAddress, epsilon,
                                activation == .silu ? 1 : 0,
                                y.baseAddress.map { $0 + index * pixels * x.channels },
                                Int64(pixels), Int64(x.channels), Int64(groups))
                            precondition(status == 0, "out of memory in group normalisation")
                        }
                    }
                }
            }
        }
    }
}
