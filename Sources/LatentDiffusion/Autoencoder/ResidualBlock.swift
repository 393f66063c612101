import TensorCore

/// `x + conv(silu(norm(conv(silu(norm(x))))))`, the width unchanged (He et al., arXiv 1603.05027).
struct ResidualBlock: Sendable {
    private let norm1: GroupNorm
    private let conv1: Convolution2D
    private let norm2: GroupNorm
    private let conv2: Convolution2D

    init(
        _ name: String, _ channels: Int, _ configuration: ConvolutionalAutoencoder.Configuration,
        _ weights: WeightReader, _ precision: Precision
    ) throws {
        let (groups, epsilon) = (configuration.normGroups, configuration.normEpsilon)
        norm1 = try weights.groupNorm(name + ".norm1", channels, groups: groups, epsilon: epsilon)
        conv1 = try weights.convolution(name + ".conv1", channels, channels, precision)
        norm2 = try weights.groupNorm(name + ".norm2", channels, groups: groups, epsilon: epsilon)
        conv2 = try weights.convolution(name + ".conv2", channels, channels, precision)
    }

    /// `[batch, height, width, channels]` → the same shape.
    func callAsFunction(_ x: Tensor) -> Tensor {
        x + conv2(norm2(conv1(norm1(x))))
    }
}
