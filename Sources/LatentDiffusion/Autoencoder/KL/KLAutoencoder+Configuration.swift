import FilesOnDisk
import TensorCore

extension KLAutoencoder {
    /// What a `config.json` of diffusers' `AutoencoderKL` says about the network and its latents.
    public struct Configuration: Sendable, Equatable {
        /// Channels of a picture that is encoded or decoded.
        public var channels = 3
        /// Width of each level, the finest first.
        public var widths: [Int]
        /// Residual blocks of each level of the encoder; the decoder has one more.
        public var blocks: Int
        public var latentChannels: Int
        public var normGroups = 32
        /// Latents are `(encoded − mean) · factor`, one mean and factor a channel.
        public var mean: [Float]
        public var factor: [Float]
        /// Whether a 1×1 convolution follows the encoder.
        public var hasQuantization = true
        /// Whether a 1×1 convolution precedes the decoder.
        public var hasPostQuantization = true
        public var hasAttention = true

        static let normEpsilon: Float = 1e-6

        /// Ratio of a picture's width to its latents'.
        public var scale: Int { 1 << (widths.count - 1) }
    }
}

extension KLAutoencoder.Configuration {
    /// Scale of latents where no configuration gives one: that of Stable Diffusion 1.x and 2.x.
    package static let usualScalingFactor: Float = 0.18215

    /// The configuration that the shapes of the weights imply, by the names of `KLAutoencoderNames`. Throws
    /// `TensorFileError.missing` without the first layers, `FileContentError` for latents other than of 4 channels, whose
    /// scale no file says.
    package init(
        shapesOf weights: some TensorSource, normGroups: Int = 32, scalingFactor: Float = usualScalingFactor
    ) throws {
        func shape(_ name: String) throws -> [Int] {
            guard let shape = weights.layout(of: name)?.shape, shape.count == 4, shape.allSatisfy({ $0 > 0 }) else {
                throw TensorFileError.missing(path: weights.path, tensor: name)
            }
            return shape
        }
        let names = Set(weights.names)
        func count(_ name: (Int) -> String) -> Int { (0...).first { !names.contains(name($0)) } ?? 0 }
        let levels = count { "encoder.down_blocks.\($0).resnets.0.conv1.weight" }
        let input = try shape("decoder.conv_in.weight")
        guard input[1] == 4 else {
            throw FileContentError.unsuitable(
                file: weights.path, found: "latents of \(input[1]) channels, whose scale only a config.json says",
                expected: "4 channels, or a folder with a config.json")
        }
        self.init(
            channels: try shape("encoder.conv_in.weight")[1],
            widths: try (0..<max(1, levels)).map { try shape("encoder.down_blocks.\($0).resnets.0.conv1.weight")[0] },
            blocks: count { "encoder.down_blocks.0.resnets.\($0).conv1.weight" }, latentChannels: input[1],
            normGroups: normGroups, mean: [0, 0, 0, 0], factor: Array(repeating: scalingFactor, count: 4),
            hasQuantization: names.contains("quant_conv.weight"),
            hasPostQuantization: names.contains("post_quant_conv.weight"),
            hasAttention: names.contains("decoder.mid_block.attentions.0.to_q.weight"))
        guard widths.count <= 8, widths.allSatisfy({ $0 % normGroups == 0 }) else {
            throw FileContentError.unsuitable(
                file: weights.path, found: "levels of the widths \(widths)",
                expected: "at most 8 that groups of \(normGroups) divide")
        }
    }
}
