import TensorCore

/// One half of a convolutional autoencoder between its pixel shuffles: a convolution in, levels of residual blocks
/// joined by changes of resolution, normalisation and a convolution out.
struct ResolutionLevels: Sendable {
    /// The layer between two levels: `downsamplers` halve the picture by a convolution of stride 2, `upsamplers` double
    /// it by repetition before a convolution.
    enum Resampling: String {
        case halving = "downsamplers"
        case doubling = "upsamplers"
    }

    private let resampling: Resampling
    private let convIn: Convolution2D
    private let levels: [[ResidualBlock]]
    private let resamplers: [Convolution2D]
    private let normOut: GroupNorm
    private let convOut: Convolution2D

    init(
        _ name: String, inputs: Int, outputs: Int, widths: [Int], blocks: [Int], _ resampling: Resampling,
        _ configuration: ConvolutionalAutoencoder.Configuration, _ weights: WeightReader, _ precision: Precision
    ) throws {
        let last = widths.count - 1
        self.resampling = resampling
        convIn = try weights.convolution(name + ".conv_in", inputs, widths[0], precision)
        levels = try zip(widths, blocks).enumerated().map { level, shape in
            try (0..<shape.1).map {
                try ResidualBlock("\(name).levels.\(level).\($0)", shape.0, configuration, weights, precision)
            }
        }
        resamplers = try (0..<last).map {
            try weights.convolution(
                "\(name).\(resampling.rawValue).\($0)", widths[$0], widths[$0 + 1],
                stride: resampling == .halving ? 2 : 1, precision)
        }
        normOut = try weights.groupNorm(
            name + ".norm_out", widths[last], groups: configuration.normGroups, epsilon: configuration.normEpsilon)
        convOut = try weights.convolution(name + ".conv_out", widths[last], outputs, precision)
    }

    /// `[batch, height, width, inputs]` → `[batch, height', width', outputs]`.
    func callAsFunction(_ x: Tensor) -> Tensor {
        var x = convIn(x)
        for (index, blocks) in levels.enumerated() {
            for block in blocks { x = block(x) }
            if index < resamplers.count {
                x = resamplers[index](resampling == .doubling ? x.upsampledNearest() : x)
            }
        }
        return convOut(normOut(x))
    }
}
