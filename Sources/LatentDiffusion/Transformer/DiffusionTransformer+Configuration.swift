import FilesOnDisk

extension DiffusionTransformer {
    /// The fields of a diffusion transformer's `config.json`; `Training/networks.py` explains each.
    public struct Configuration: Sendable, Equatable, CheckedJSON {
        /// Side of the latents, at the trained size.
        public let sampleSize: Int
        /// Channels of the latents.
        public let channels: Int
        /// Side of a patch.
        public let patchSize: Int
        /// Width of a token.
        public let hiddenSize: Int
        public let layers: Int
        public let headSize: Int
        /// Ratio of the MLP's hidden width to `hiddenSize`.
        public let mlpRatio: Double
        /// Rank of a block's modulation; nil for a full matrix.
        public let modulationRank: Int?
        /// Whether every token also gets a projection of the signal of timestep and condition.
        public let tokensGetSignal: Bool
        public let conditionSize: Int
        public let timestepEmbeddingSize: Int
        /// Factor applied to a timestep before its embedding.
        public let timestepScale: Float
        public let normEpsilon: Float
        /// The noise schedule that the network was trained with.
        public let noise: NoiseScheduleConfiguration

        private let architecture: String

        enum CodingKeys: String, CodingKey {
            case architecture
            case sampleSize = "sample_size"
            case channels = "in_channels"
            case patchSize = "patch_size"
            case hiddenSize = "hidden_size"
            case layers = "num_layers"
            case headSize = "attention_head_dim"
            case mlpRatio = "mlp_ratio"
            case modulationRank = "modulation_rank"
            case tokensGetSignal = "token_signal"
            case conditionSize = "condition_dim"
            case timestepEmbeddingSize = "timestep_embedding_dim"
            case timestepScale = "timestep_scale"
            case normEpsilon = "norm_eps"
        }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            architecture = try fields.decode(String.self, forKey: .architecture)
            sampleSize = try fields.decode(Int.self, forKey: .sampleSize)
            channels = try fields.decode(Int.self, forKey: .channels)
            patchSize = try fields.decode(Int.self, forKey: .patchSize)
            hiddenSize = try fields.decode(Int.self, forKey: .hiddenSize)
            layers = try fields.decode(Int.self, forKey: .layers)
            headSize = try fields.decode(Int.self, forKey: .headSize)
            mlpRatio = try fields.decode(Double.self, forKey: .mlpRatio)
            modulationRank = try fields.decodeIfPresent(Int.self, forKey: .modulationRank)
            tokensGetSignal = try fields.decodeIfPresent(Bool.self, forKey: .tokensGetSignal) ?? false
            conditionSize = try fields.decode(Int.self, forKey: .conditionSize)
            timestepEmbeddingSize = try fields.decode(Int.self, forKey: .timestepEmbeddingSize)
            timestepScale = try fields.decode(Float.self, forKey: .timestepScale)
            normEpsilon = try fields.decode(Float.self, forKey: .normEpsilon)
            noise = try NoiseScheduleConfiguration(from: decoder)
        }

        /// Number of tokens in one item.
        var tokens: Int { (sampleSize / patchSize) * (sampleSize / patchSize) }
        /// Number of values in a patch.
        var patchWidth: Int { patchSize * patchSize * channels }
        var mlpSize: Int { Int(Double(hiddenSize) * mlpRatio) }

        package func validate(_ check: FieldCheck) throws {
            try check.require(architecture, is: "diffusion_transformer", "architecture")
            try check.require(patchSize, in: 1...64, "patch_size")
            try check.require(sampleSize, in: 1...1024, "sample_size")
            try check.require(sampleSize % patchSize == 0, "sample_size", "a multiple of patch_size (\(patchSize))")
            try check.require(channels, in: 1...256, "in_channels")
            try check.require(hiddenSize, in: 1...16_384, "hidden_size")
            try check.require(headSize, in: 1...hiddenSize, "attention_head_dim")
            try check.require(
                hiddenSize % headSize == 0, "hidden_size", "a multiple of attention_head_dim (\(headSize))")
            try check.require(layers, in: 1...256, "num_layers")
            try check.require(mlpRatio, in: 0.125...32, "mlp_ratio")
            try check.require(mlpSize > 0, "mlp_ratio", "such that the MLP has a width")
            try check.require(modulationRank ?? 1, in: 1...hiddenSize, "modulation_rank")
            try check.require(conditionSize, in: 1...65_536, "condition_dim")
            try check.require(timestepEmbeddingSize, in: 2...16_384, "timestep_embedding_dim")
            try check.require(timestepEmbeddingSize % 2 == 0, "timestep_embedding_dim", "even")
            try check.require(timestepScale, in: 1e-6...1e6, "timestep_scale")
            try check.require(normEpsilon, in: 1e-12...0.1, "norm_eps")
            try noise.validate(check)
        }
    }
}
