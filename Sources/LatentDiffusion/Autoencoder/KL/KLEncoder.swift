import TensorCore

/// The encoder of diffusers' `AutoencoderKL`, up to the mean of the latents' distribution.
struct KLEncoder: Sendable {
    private struct Level {
        let blocks: [KLResidualBlock]
        /// None at the coarsest level.
        let downsampler: Convolution2D?
    }

    private let convIn: Convolution2D
    private let levels: [Level]
    private let middle: KLMiddle
    private let normOut: GroupNorm
    private let convOut: Convolution2D
    private let quantization: Convolution2D?
    private let latentChannels: Int

    init(_ layers: KLLayers) throws {
        let configuration = layers.configuration
        let (widths, moments) = (configuration.widths, 2 * configuration.latentChannels)
        let last = widths[widths.count - 1]
        latentChannels = configuration.latentChannels
        convIn = try layers.convolution("encoder.conv_in", configuration.channels, widths[0])
        levels = try widths.enumerated().map { index, width in
            let name = "encoder.down_blocks.\(index)"
            return Level(
                blocks: try (0..<configuration.blocks).map { block in
                    let inputs = block == 0 ? widths[max(0, index - 1)] : width
                    return try KLResidualBlock("\(name).resnets.\(block)", inputs, width, layers)
                },
                downsampler: index + 1 < widths.count ? try layers.downsampler(name, width) : nil)
        }
        middle = try KLMiddle("encoder.mid_block", last, layers)
        normOut = try layers.norm("encoder.conv_norm_out", last)
        convOut = try layers.convolution("encoder.conv_out", last, moments)
        quantization =
            try configuration.hasQuantization ? layers.convolution("quant_conv", moments, moments, kernel: 1) : nil
    }

    /// `[batch, height, width, channels]` → `[batch, height / scale, width / scale, latentChannels]`. Throws `CancellationError`.
    func callAsFunction(_ pictures: Tensor) throws -> Tensor {
        var x = convIn(pictures)
        for level in levels {
            for block in level.blocks {
                try Task.checkCancellation()
                x = block(x)
            }
            x = level.downsampler?(x) ?? x
        }
        let moments = convOut(normOut(middle(x)))
        return (quantization?(moments) ?? moments).keepingChannels(latentChannels)
    }
}
