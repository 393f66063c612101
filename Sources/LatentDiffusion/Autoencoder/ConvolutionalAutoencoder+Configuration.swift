import FilesOnDisk

extension ConvolutionalAutoencoder {
    /// The fields of a convolutional autoencoder's `config.json`; `Training/networks.py` explains each.
    public struct Configuration: Sendable, Equatable, CheckedJSON {
        /// Side of the training pictures, in pixels.
        public let sampleSize: Int
        /// Channels of a picture.
        public let channels: Int
        public let latentChannels: Int
        /// Side of the squares of pixels that the encoder first packs into channels.
        public let encoderPatch: Int
        /// Width of each level of the encoder.
        public let encoderChannels: [Int]
        /// Residual blocks of each level of the encoder.
        public let encoderBlocks: [Int]
        /// Side of the squares of pixels that the decoder finally unpacks from channels.
        public let decoderPatch: Int
        public let decoderChannels: [Int]
        public let decoderBlocks: [Int]
        public let normGroups: Int
        public let normEpsilon: Float
        public let latentMean: [Float]
        public let latentDeviation: [Float]

        private let architecture: String
        static let architectureName = "convolutional_autoencoder"

        enum CodingKeys: String, CodingKey {
            case architecture
            case sampleSize = "sample_size"
            case channels = "in_channels"
            case latentChannels = "latent_channels"
            case encoderPatch = "encoder_patch"
            case encoderChannels = "encoder_channels"
            case encoderBlocks = "encoder_blocks"
            case decoderPatch = "decoder_patch"
            case decoderChannels = "decoder_channels"
            case decoderBlocks = "decoder_blocks"
            case normGroups = "norm_groups"
            case normEpsilon = "norm_eps"
            case latentMean = "latent_mean"
            case latentDeviation = "latent_std"
        }

        /// Ratio of a picture's width to its latents'.
        public var scale: Int { encoderPatch << (encoderChannels.count - 1) }

        package func validate(_ check: FieldCheck) throws {
            try check.require(architecture, is: Self.architectureName, "architecture")
            try check.require(channels, in: 1...256, "in_channels")
            try check.require(latentChannels, in: 1...256, "latent_channels")
            try check.require(normGroups, in: 1...1024, "norm_groups")
            try check.require(normEpsilon, in: 1e-12...0.1, "norm_eps")
            try check.require(encoderPatch, in: 1...16, "encoder_patch")
            try check.require(decoderPatch, in: 1...16, "decoder_patch")
            try validate(encoderChannels, encoderBlocks, "encoder", check)
            try validate(decoderChannels, decoderBlocks, "decoder", check)
            try check.require(
                decoderPatch << (decoderChannels.count - 1) == scale, "decoder_patch",
                "such that the decoder enlarges \(scale) times, as the encoder reduces")
            try check.require(sampleSize, in: 1...8192, "sample_size")
            try check.require(sampleSize % scale == 0, "sample_size", "a multiple of \(scale)")
            try check.require(
                latentMean.count == latentChannels && latentMean.allSatisfy(\.isFinite),
                "latent_mean", "\(latentChannels) finite numbers")
            try check.require(
                latentDeviation.count == latentChannels && latentDeviation.allSatisfy { $0.isFinite && $0 > 0 },
                "latent_std", "\(latentChannels) finite numbers above 0")
        }

        private func validate(_ channels: [Int], _ blocks: [Int], _ side: String, _ check: FieldCheck) throws {
            try check.require((1...8).contains(channels.count), "\(side)_channels", "a list of 1 to 8 widths")
            try check.require(
                channels.allSatisfy { (1...8192).contains($0) && $0 % normGroups == 0 }, "\(side)_channels",
                "widths of at most 8192 that norm_groups (\(normGroups)) divides")
            try check.require(
                blocks.count == channels.count && blocks.allSatisfy { (0...64).contains($0) }, "\(side)_blocks",
                "a list of \(channels.count) counts of at most 64, one for each level")
        }
    }
}
