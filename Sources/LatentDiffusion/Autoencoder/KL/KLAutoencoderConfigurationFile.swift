import FilesOnDisk

/// The fields of a `config.json` of diffusers' `AutoencoderKL`, with its defaults.
struct KLAutoencoderConfigurationFile: CheckedJSON {
    static let className = "AutoencoderKL"

    let pictureChannels: Int?
    let decodedChannels: Int?
    let downBlocks: [String]?
    let upBlocks: [String]?
    let widths: [Int]
    let blocks: Int?
    let activation: String?
    let latentChannels: Int?
    let normGroups: Int?
    let scalingFactor: Float?
    let shiftFactor: Float?
    let latentsMean: [Float]?
    let latentsDeviation: [Float]?
    let hasQuantization: Bool?
    let hasPostQuantization: Bool?
    let hasAttention: Bool?

    private enum CodingKeys: String, CodingKey {
        case pictureChannels = "in_channels"
        case decodedChannels = "out_channels"
        case downBlocks = "down_block_types"
        case upBlocks = "up_block_types"
        case widths = "block_out_channels"
        case blocks = "layers_per_block"
        case activation = "act_fn"
        case latentChannels = "latent_channels"
        case normGroups = "norm_num_groups"
        case scalingFactor = "scaling_factor"
        case shiftFactor = "shift_factor"
        case latentsMean = "latents_mean"
        case latentsDeviation = "latents_std"
        case hasQuantization = "use_quant_conv"
        case hasPostQuantization = "use_post_quant_conv"
        case hasAttention = "mid_block_add_attention"
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(pictureChannels ?? 3, in: 1...256, "in_channels")
        try check.require(
            decodedChannels ?? 3 == pictureChannels ?? 3, "out_channels",
            "in_channels, \(pictureChannels ?? 3), not \(decodedChannels ?? 3)")
        try check.require(latentChannels ?? 4, in: 1...256, "latent_channels")
        try check.require(blocks ?? 1, in: 1...64, "layers_per_block")
        try check.require(normGroups ?? 32, in: 1...1024, "norm_num_groups")
        try check.require((1...8).contains(widths.count), "block_out_channels", "a list of 1 to 8 widths")
        try check.require(
            widths.allSatisfy { (1...8192).contains($0) && $0 % (normGroups ?? 32) == 0 }, "block_out_channels",
            "widths of at most 8192 that norm_num_groups (\(normGroups ?? 32)) divides")
        try require(downBlocks, "DownEncoderBlock2D", "down_block_types", check)
        try require(upBlocks, "UpDecoderBlock2D", "up_block_types", check)
        try check.require(
            ["silu", "swish"].contains(activation ?? "silu"), "act_fn", "“silu”, not “\((activation ?? "").onOneLine)”")
        try check.require(scalingFactor ?? 1, in: 1e-6...1e6, "scaling_factor")
        try check.require(shiftFactor ?? 0, in: -1e6...1e6, "shift_factor")
        try check.require(
            latentsMean == nil || shiftFactor == nil || shiftFactor == 0, "latents_mean",
            "absent beside a shift_factor, which says the same")
        let channels = latentChannels ?? 4
        try check.require(
            latentsMean.map { $0.count == channels && $0.allSatisfy(\.isFinite) } ?? true, "latents_mean",
            "\(channels) finite numbers")
        try check.require(
            latentsDeviation.map { $0.count == channels && $0.allSatisfy { $0.isFinite && $0 > 0 } } ?? true,
            "latents_std", "\(channels) finite numbers above 0")
    }

    private func require(_ blocks: [String]?, _ kind: String, _ field: String, _ check: FieldCheck) throws {
        guard let blocks else { return }
        try check.require(
            blocks.count == widths.count && blocks.allSatisfy { $0 == kind }, field,
            "a list of \(widths.count) times “\(kind)”")
    }

    var configuration: KLAutoencoder.Configuration {
        let channels = latentChannels ?? 4
        let factor = scalingFactor ?? KLAutoencoder.Configuration.usualScalingFactor
        let deviation = latentsDeviation ?? Array(repeating: 1, count: channels)
        return KLAutoencoder.Configuration(
            channels: pictureChannels ?? 3, widths: widths, blocks: blocks ?? 1, latentChannels: channels,
            normGroups: normGroups ?? 32, mean: latentsMean ?? Array(repeating: shiftFactor ?? 0, count: channels),
            factor: deviation.map { factor / $0 }, hasQuantization: hasQuantization ?? true,
            hasPostQuantization: hasPostQuantization ?? true, hasAttention: hasAttention ?? true)
    }
}
