import TensorCore

/// Two convolutions over normalised input, the timestep's embedding added between them, and the input added at the end
/// (diffusers' `ResnetBlock2D`).
struct TimeResidualBlock: Sendable {
    private let norm1, norm2: GroupNorm
    private let conv1, conv2: Convolution2D
    private let timeProjection: Linear
    /// Brings the input to the width of the output.
    private let shortcut: Linear?

    init(
        _ name: String, _ inputs: Int, _ outputs: Int, _ configuration: UNetConfiguration, _ weights: WeightReader,
        _ precision: Precision
    ) throws {
        let (groups, epsilon) = (configuration.normGroups, configuration.normEpsilon)
        norm1 = try weights.groupNorm(name + ".norm1", inputs, groups: groups, epsilon: epsilon)
        conv1 = try weights.convolution(name + ".conv1", inputs, outputs, precision)
        timeProjection = try weights.linear(name + ".time_emb_proj", configuration.timeEmbedding, outputs, precision)
        norm2 = try weights.groupNorm(name + ".norm2", outputs, groups: groups, epsilon: epsilon)
        conv2 = try weights.convolution(name + ".conv2", outputs, outputs, precision)
        shortcut =
            inputs == outputs
            ? nil : try weights.pixelwise(name + ".conv_shortcut", inputs, outputs, isConvolution: true, precision)
    }

    /// - Parameters:
    ///   - x: `[batch, height, width, inputs]`.
    ///   - signal: the timestep's embedding after SiLU, `[batch, timeEmbedding]`.
    /// - Returns: `[batch, height, width, outputs]`.
    func callAsFunction(_ x: Tensor, _ signal: Tensor) -> Tensor {
        let hidden = conv1(norm1(x)).addingToEachPlace(timeProjection(signal))
        return (shortcut?(x) ?? x) + conv2(norm2(hidden))
    }
}

extension WeightReader {
    /// A product for each pixel, whether its weight is a matrix or a convolution of one pixel.
    func pixelwise(
        _ name: String, _ inputs: Int, _ outputs: Int, isConvolution: Bool, _ precision: Precision
    ) throws -> Linear {
        let weight = try tensor(name + ".weight", isConvolution ? [outputs, inputs, 1, 1] : [outputs, inputs])
        return Linear(
            weight: weight.reshaped([outputs, inputs]), bias: try tensor(name + ".bias", [outputs]),
            precision: precision)
    }
}
