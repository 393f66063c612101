import COneDNN
import Foundation

/// A two-dimensional convolution over NHWC pictures with bias and activation fused. The product is in the given
/// precision, input and output are f32.
///
/// Pictures of a batch run one after another, so a picture's result never depends on the others.
public struct Convolution2D: Sendable {
    /// Zeros added around a picture; TensorFlow's SAME padding is not symmetric when the stride is 2.
    public struct Padding: Sendable {
        public var top: Int, left: Int, bottom: Int, right: Int

        public init(top: Int, left: Int, bottom: Int, right: Int) {
            (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
        }

        public static func all(_ count: Int) -> Padding {
            Padding(top: count, left: count, bottom: count, right: count)
        }
    }

    private let shape: odnn_convolution_shape
    private let layer: Handle

    /// - Parameters:
    ///   - weight: `[outputs, inputs / groups, height, width]` (PyTorch's order), any float type.
    ///   - bias: `[outputs]`.
    public init(
        weight: Tensor, bias: Tensor?, stride: Int = 1, padding: Padding = .all(0), groups: Int = 1,
        activation: Activation = .none, precision: Precision
    ) {
        precondition(weight.shape.count == 4, "a weight is [outputs, inputs, height, width], not \(weight.shape)")
        precondition(weight.shape[0] % groups == 0, "\(groups) groups do not divide \(weight.shape[0]) outputs")
        precondition(bias == nil || bias?.count == weight.shape[0], "one bias an output")
        let shape = odnn_convolution_shape(
            input_channels: Int64(weight.shape[1] * groups), output_channels: Int64(weight.shape[0]),
            groups: Int64(groups), kernel_height: Int64(weight.shape[2]), kernel_width: Int64(weight.shape[3]),
            stride: Int64(stride), pad_top: Int64(padding.top), pad_left: Int64(padding.left),
            pad_bottom: Int64(padding.bottom), pad_right: Int64(padding.right))
        self.shape = shape
        layer = Handle {
            defer { weight.releasePages() }
            return weight.float32().withFloats { weight in
                withOptionalFloats(bias?.float32()) { bias in
                    madeByOneDNN {
                        odnn_convolution_create(
                            weight.baseAddress, bias, shape, precision == .bfloat16, activation.fused, $0)
                    }
                }
            }
        }
    }

    /// `[batch, height, width, inputs]` → `[batch, outHeight, outWidth, outputs]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        precondition(x.shape.count == 4 && x.channels == Int(shape.input_channels), "unexpected \(x.shape)")
        let height = outputLength(x.shape[1], shape.pad_top + shape.pad_bottom, shape.kernel_height)
        let width = outputLength(x.shape[2], shape.pad_left + shape.pad_right, shape.kernel_width)
        precondition(height > 0 && width > 0, "the kernel is larger than \(x.shape)")
        let size = height * width * Int(shape.output_channels)
        return Tensor(shape: [x.shape[0], height, width, Int(shape.output_channels)]) { y in
            for index in 0..<x.shape[0] {
                x.item(index).withFloats { picture in
                    oneDNN {
                        odnn_convolution_run(
                            layer.pointer, picture.baseAddress, Int64(x.shape[1]), Int64(x.shape[2]),
                            y.baseAddress.map { $0 + index * size }, $0)
                    }
                }
            }
        }
    }

    private func outputLength(_ length: Int, _ padding: Int64, _ kernel: Int64) -> Int {
        (length + Int(padding - kernel)) / Int(shape.stride) + 1
    }

    /// Owns the layer behind the C boundary, which locks it during each call. It is made when it first runs: how weights are
    /// packed depends on the picture's size, and until then they stay where they are, in a file of half the size perhaps.
    private final class Handle: @unchecked Sendable {
        private enum State {
            case awaited(@Sendable () -> OpaquePointer)
            case made(OpaquePointer)
        }

        private let lock = NSLock()
        // Guarded by the lock.
        private var state: State

        init(_ make: @escaping @Sendable () -> OpaquePointer) { state = .awaited(make) }

        var pointer: OpaquePointer {
            lock.withLock {
                switch state {
                case .made(let pointer): return pointer
                case .awaited(let make):
                    let pointer = make()
                    state = .made(pointer)
                    return pointer
                }
            }
        }

        deinit {
            if case .made(let pointer) = state { odnn_convolution_destroy(pointer) }
        }
    }
}
