import TensorCore

/// A block of MobileNetV3: expand, depthwise, squeeze and excite, project, and the input added where it has the output's
/// shape (Howard et al., arXiv 1905.02244). Batch normalisation is folded into the weights.
struct SqueezedBottleneck: Sendable {
    private let expand: Convolution2D?
    private let depthwise: Convolution2D
    private let squeeze: (reduce: Linear, widen: Linear)?
    private let project: Convolution2D
    private let isResidual: Bool

    /// Reads the weights. Throws `TensorFileError`.
    init(
        _ block: EfficientATConfig.Block, _ name: String, inputs: Int, from weights: WeightReader,
        _ precision: Precision
    ) throws {
        let (inner, activation) = (block.expanded, block.activation.function)
        isResidual = block.stride == 1 && block.channels == inputs
        expand =
            inner == inputs
            ? nil
            : try weights.convolution("\(name).expand", inputs, inner, kernel: 1, activation: activation, precision)
        depthwise = Convolution2D(
            weight: try weights.tensor("\(name).depthwise.weight", [inner, 1, block.kernel, block.kernel]),
            bias: try weights.tensor("\(name).depthwise.bias", [inner]),
            stride: block.stride, padding: .all(block.kernel / 2), groups: inner, activation: activation,
            precision: precision)
        squeeze =
            block.squeeze == 0
            ? nil
            : (
                try weights.linear("\(name).squeeze.reduce", inner, block.squeeze, activation: .relu, precision),
                try weights.linear("\(name).squeeze.widen", block.squeeze, inner, activation: .sigmoid, precision)
            )
        project = try weights.convolution("\(name).project", inner, block.channels, kernel: 1, precision)
    }

    /// `[1, height, width, inputs]` → `[1, height / stride, width / stride, channels]`, rounded up.
    func callAsFunction(_ x: Tensor) -> Tensor {
        var inner = depthwise(expand.map { $0(x) } ?? x)
        if let squeeze { inner = inner.weighted(channels: squeeze.widen(squeeze.reduce(inner.averagePooled()))) }
        let projected = project(inner)
        return isResidual ? x + projected : projected
    }
}

extension Tensor {
    /// Every channel times its weight; the weights are as many as the channels.
    fileprivate func weighted(channels weights: Tensor) -> Tensor {
        let size = channels
        return Tensor(shape: shape) { y in
            withFloats { x in
                weights.withFloats { weights in
                    for row in 0..<rows {
                        for channel in 0..<size { y[row * size + channel] = x[row * size + channel] * weights[channel] }
                    }
                }
            }
        }
    }
}
