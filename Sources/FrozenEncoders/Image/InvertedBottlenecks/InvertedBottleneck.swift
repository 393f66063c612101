import TensorCore

/// A block of EfficientNet-Lite or MobileNetV2: expand, depthwise, project, and the input added where it has the output's shape.
///
/// Batch normalisation is folded into the weights; there is no squeeze-and-excitation, and the projection has no
/// activation (Sandler et al., arXiv 1801.04381).
struct InvertedBottleneck: Sendable {
    private let expand: Convolution2D?
    private let depthwise: Convolution2D
    private let project: Convolution2D
    private let isResidual: Bool
    let outputSize: Int

    /// - Parameter size: Columns and rows of the block's input.
    init(
        _ block: InvertedBottleneckNetwork.Block, _ name: String, inputs: Int, size: Int, from weights: WeightReader,
        precision: Precision
    ) throws {
        let inner = inputs * block.expansion
        let padding = SamePadding(length: size, kernel: block.kernel, stride: block.stride)
        outputSize = padding.outputs
        isResidual = block.addsInput && block.stride == 1 && block.channels == inputs
        expand =
            block.expansion == 1
            ? nil
            : try weights.pointwise("\(name).expand", inputs, inner, activation: .relu6, precision)
        depthwise = Convolution2D(
            weight: try weights.tensor("\(name).depthwise.weight", [inner, 1, block.kernel, block.kernel]),
            bias: try weights.tensor("\(name).depthwise.bias", [inner]),
            stride: block.stride, padding: .init(padding), groups: inner, activation: .relu6, precision: precision)
        project = try weights.pointwise("\(name).project", inner, block.channels, activation: .none, precision)
    }

    /// `[batch, size, size, inputs]` → `[batch, outputSize, outputSize, channels]`.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let projected = project(depthwise(expand.map { $0(x) } ?? x))
        return isResidual ? x + projected : projected
    }
}

extension WeightReader {
    /// A 1×1 convolution with bias.
    func pointwise(
        _ name: String, _ inputs: Int, _ outputs: Int, activation: Activation, _ precision: Precision
    ) throws -> Convolution2D {
        Convolution2D(
            weight: try tensor("\(name).weight", [outputs, inputs, 1, 1]),
            bias: try tensor("\(name).bias", [outputs]), activation: activation, precision: precision)
    }
}

extension Convolution2D.Padding {
    /// Makes the same padding along both axes.
    init(_ padding: SamePadding) {
        self.init(top: padding.before, left: padding.before, bottom: padding.after, right: padding.after)
    }
}
