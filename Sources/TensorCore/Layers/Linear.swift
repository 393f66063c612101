import COneDNN

/// `y = activation(x · weightᵀ + bias)`. The product is in the given precision, input and output are f32.
///
/// A row's result has the same bits whatever the number of rows beside it.
public struct Linear: Sendable {
    public let inputs: Int
    public let outputs: Int
    private let layer: Handle

    /// - Parameters:
    ///   - weight: `[outputs, inputs]`, any float type.
    ///   - bias: `[outputs]`.
    public init(weight: Tensor, bias: Tensor?, activation: Activation = .none, precision: Precision) {
        precondition(weight.shape.count == 2, "a linear weight is [outputs, inputs], not \(weight.shape)")
        precondition(bias == nil || bias?.count == weight.shape[0], "one bias an output")
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        (self.outputs, self.inputs) = (outputs, inputs)
        layer = weight.float32().withFloats { weight in
            withOptionalFloats(bias?.float32()) { bias in
                Handle(
                    madeByOneDNN {
                        odnn_linear_create(
                            weight.baseAddress, bias, Int64(inputs), Int64(outputs),
                            precision == .bfloat16, activation.fused, $0)
                    })
            }
        }
    }

    /// `[..., inputs]` → `[..., outputs]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        precondition(x.channels == inputs, "\(inputs) channels expected, not \(x.shape)")
        return Tensor(shape: x.shape.dropLast() + [outputs]) { y in
            x.withFloats { x in
                oneDNN { odnn_linear_run(layer.pointer, x.baseAddress, Int64(y.count / outputs), y.baseAddress, $0) }
            }
        }
    }

    /// Owns the layer behind the C boundary, which locks it during each call.
    private final class Handle: @unchecked Sendable {
        let pointer: OpaquePointer
        init(_ pointer: OpaquePointer) { self.pointer = pointer }
        deinit { odnn_linear_destroy(pointer) }
    }
}
