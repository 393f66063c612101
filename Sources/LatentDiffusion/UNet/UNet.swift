import FilesOnDisk
import Foundation
import TensorCore

/// The denoiser of Stable Diffusion 1.x, 2.x and XL and of what is distilled from them: a U-Net with attention to the
/// tokens of a prompt (Rombach et al., arXiv 2112.10752; diffusers' `UNet2DConditionModel`, which names every tensor).
public struct UNet: Sendable {
    public let configuration: UNetConfiguration
    private let convIn, convOut: Convolution2D
    private let timeEmbedding: TimeEmbedding
    private let down: [UNetLevel]
    private let middle: Middle?
    private let up: [UNetLevel]
    private let normOut: GroupNorm

    /// Inputs of a network beside latents, timesteps and tokens.
    public struct Extras: Sendable {
        /// The guidance scale, for a network distilled with it.
        public var guidanceScale: Float
        /// Height and width of the picture in pixels, for SDXL.
        public var pictureSize: (height: Int, width: Int)

        public init(guidanceScale: Float, pictureSize: (height: Int, width: Int)) {
            (self.guidanceScale, self.pictureSize) = (guidanceScale, pictureSize)
        }
    }

    package init(_ configuration: UNetConfiguration, _ weights: WeightReader, _ precision: Precision) throws {
        self.configuration = configuration
        let levels = configuration.levels, last = levels.count - 1
        convIn = try weights.convolution("conv_in", configuration.channels, levels[0].channels, precision)
        timeEmbedding = try TimeEmbedding(configuration, weights, precision)

        // The widths that the way down leaves behind, which the way up takes back.
        var skipped = [levels[0].channels]
        var width = levels[0].channels
        down = try levels.enumerated().map { index, level in
            let inputs = (0..<level.blocks).map { $0 == 0 ? width : level.channels }
            width = level.channels
            skipped += Array(repeating: width, count: level.blocks + (index < last ? 1 : 0))
            return try UNetLevel(
                "down_blocks.\(index)", level, inputs: inputs, attentions: level.downAttentions,
                resampling: index < last ? .halving : nil, configuration, weights, precision)
        }
        middle = try configuration.middleAttention.map {
            try Middle(levels[last], layers: $0, configuration, weights, precision)
        }
        up = try levels.reversed().enumerated().map { index, level in
            let inputs = (0...level.blocks).map { block in
                (block == 0 ? width : level.channels) + skipped.removeLast()
            }
            width = level.channels
            return try UNetLevel(
                "up_blocks.\(index)", level, inputs: inputs, attentions: level.upAttentions,
                resampling: index < last ? .doubling : nil, configuration, weights, precision)
        }
        normOut = try weights.groupNorm(
            "conv_norm_out", levels[0].channels, groups: configuration.normGroups, epsilon: configuration.normEpsilon)
        convOut = try weights.convolution("conv_out", levels[0].channels, configuration.channels, precision)
    }

    /// The network's prediction.
    ///
    /// - Parameters:
    ///   - latents: `[batch, height, width, channels]` of any height and width.
    ///   - timesteps: one for each item.
    ///   - tokens: `[batch, tokens, contextWidth]`.
    ///   - pooled: `[batch, pooledWidth]`, for a network that takes it.
    /// - Returns: the shape of `latents`.
    /// - Throws: `CancellationError`, within a block, after the task is cancelled.
    public func callAsFunction(
        _ latents: Tensor, timesteps: [Float], tokens: Tensor, pooled: Tensor?, extras: Extras
    ) throws -> Tensor {
        let signal = timeEmbedding(timesteps, pooled: pooled, extras).applying(.silu)
        var x = convIn(latents)
        var skipped = [x]
        for level in down {
            for block in level.blocks {
                try Task.checkCancellation()
                x = block(x, signal, tokens)
                skipped.append(x)
            }
            if let halving = level.resampler {
                x = halving(x)
                skipped.append(x)
            }
        }
        if let middle { x = middle(x, signal, tokens) }
        for level in up {
            for block in level.blocks {
                try Task.checkCancellation()
                x = block(.besideEachOther(x, skipped.removeLast()), signal, tokens)
            }
            if let doubling = level.resampler, let next = skipped.last {
                x = doubling(x.enlargedNearest(height: next.shape[1], width: next.shape[2]))
            }
        }
        return convOut(normOut(x))
    }
}

/// Residual blocks of one resolution, each with its attention, and the change to the next.
private struct UNetLevel: Sendable {
    enum Resampling: String {
        case halving = "downsamplers"
        case doubling = "upsamplers"
    }

    struct Block: Sendable {
        let residual: TimeResidualBlock
        let attention: SpatialTransformer?

        func callAsFunction(_ x: Tensor, _ signal: Tensor, _ tokens: Tensor) -> Tensor {
            let x = residual(x, signal)
            return attention?(x, tokens) ?? x
        }
    }

    let blocks: [Block]
    let resampler: Convolution2D?

    init(
        _ name: String, _ level: UNetConfiguration.Level, inputs: [Int], attentions: [Int], resampling: Resampling?,
        _ configuration: UNetConfiguration, _ weights: WeightReader, _ precision: Precision
    ) throws {
        blocks = try inputs.enumerated().map { index, inputs in
            Block(
                residual: try TimeResidualBlock(
                    "\(name).resnets.\(index)", inputs, level.channels, configuration, weights, precision),
                attention: attentions.isEmpty
                    ? nil
                    : try SpatialTransformer(
                        "\(name).attentions.\(index)", level, layers: attentions[index], configuration, weights,
                        precision))
        }
        resampler = try resampling.map {
            try weights.convolution(
                "\(name).\($0.rawValue).0.conv", level.channels, level.channels, stride: $0 == .halving ? 2 : 1,
                precision)
        }
    }
}

/// Two residual blocks around an attention, at the coarsest resolution.
private struct Middle: Sendable {
    private let before, after: TimeResidualBlock
    private let attention: SpatialTransformer

    init(
        _ level: UNetConfiguration.Level, layers: Int, _ configuration: UNetConfiguration, _ weights: WeightReader,
        _ precision: Precision
    ) throws {
        func block(_ index: Int) throws -> TimeResidualBlock {
            try TimeResidualBlock(
                "mid_block.resnets.\(index)", level.channels, level.channels, configuration, weights, precision)
        }
        (before, after) = (try block(0), try block(1))
        attention = try SpatialTransformer(
            "mid_block.attentions.0", level, layers: layers, configuration, weights, precision)
    }

    func callAsFunction(_ x: Tensor, _ signal: Tensor, _ tokens: Tensor) -> Tensor {
        after(attention(before(x, signal), tokens), signal)
    }
}
