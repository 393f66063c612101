import TensorCore

/// The decoder of diffusers' `AutoencoderKL`.
struct KLDecoder: Sendable {
    private struct Level {
        let blocks: [KLResidualBlock]
        /// None at the finest level.
        let upsampler: UpsamplingConvolution?
    }

    private let quantization: Convolution2D?
    private let convIn: Convolution2D
    private let middle: KLMiddle
    private let levels: [Level]
    private let normOut: GroupNorm
    private let convOut: Convolution2D

    init(_ layers: KLLayers) throws {
        let configuration = layers.configuration
        let (widths, latents) = (Array(configuration.widths.reversed()), configuration.latentChannels)
        quantization =
            try configuration.hasPostQuantization
            ? layers.convolution("post_quant_conv", latents, latents, kernel: 1) : nil
        convIn = try layers.convolution("decoder.conv_in", latents, widths[0])
        middle = try KLMiddle("decoder.mid_block", widths[0], layers)
        levels = try widths.enumerated().map { index, width in
            let name = "decoder.up_blocks.\(index)"
            return Level(
                blocks: try (0...configuration.blocks).map { block in
                    let inputs = block == 0 ? widths[max(0, index - 1)] : width
                    return try KLResidualBlock("\(name).resnets.\(block)", inputs, width, layers)
                },
                upsampler: index + 1 < widths.count
                    ? try layers.weights.upsamplingConvolution(name + ".upsamplers.0.conv", width, layers.precision)
                    : nil)
        }
        let last = widths[widths.count - 1]
        normOut = try layers.norm("decoder.conv_norm_out", last)
        convOut = try layers.convolution("decoder.conv_out", last, configuration.channels)
    }

    /// `[batch, height, width, latentChannels]` → `[batch, height · scale, width · scale, channels]`. Throws `CancellationError`.
    func callAsFunction(_ latents: Tensor) throws -> Tensor {
        var x = middle(convIn(quantization?(latents) ?? latents))
        for level in levels {
            for block in level.blocks {
                try Task.checkCancellation()
                x = block(x)
            }
            x = level.upsampler?(x) ?? x
        }
        return convOut(normOut(x))
    }
}
