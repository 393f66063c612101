import FilesOnDisk

/// The fields of a `config.json` of diffusers' `AutoencoderTiny`, with its defaults.
struct TinyAutoencoderConfigurationFile: CheckedJSON {
    static let className = "AutoencoderTiny"

    let pictureChannels: Int?
    let decodedChannels: Int?
    let encoderWidths: [Int]?
    let decoderWidths: [Int]?
    let encoderBlocks: [Int]?
    let decoderBlocks: [Int]?
    let latentChannels: Int?
    let activation: String?
    let enlargement: String?
    let enlargementFactor: Int?
    let scalingFactor: Float?
    let shiftFactor: Float?

    private enum CodingKeys: String, CodingKey {
        case pictureChannels = "in_channels"
        case decodedChannels = "out_channels"
        case encoderWidths = "encoder_block_out_channels"
        case decoderWidths = "decoder_block_out_channels"
        case encoderBlocks = "num_encoder_blocks"
        case decoderBlocks = "num_decoder_blocks"
        case latentChannels = "latent_channels"
        case activation = "act_fn"
        case enlargement = "upsample_fn"
        case enlargementFactor = "upsampling_scaling_factor"
        case scalingFactor = "scaling_factor"
        case shiftFactor = "shift_factor"
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(pictureChannels ?? 3, in: 1...256, "in_channels")
        try check.require(
            decodedChannels ?? 3 == pictureChannels ?? 3, "out_channels",
            "in_channels, \(pictureChannels ?? 3), not \(decodedChannels ?? 3)")
        try check.require(latentChannels ?? 4, in: 1...256, "latent_channels")
        try check.require(activation ?? "relu", is: "relu", "act_fn")
        try check.require(enlargement ?? "nearest", is: "nearest", "upsample_fn")
        try check.require(enlargementFactor ?? 2, in: 2...2, "upsampling_scaling_factor")
        try check.require(scalingFactor ?? 1, in: 1e-6...1e6, "scaling_factor")
        try check.require(shiftFactor ?? 0, in: -1e6...1e6, "shift_factor")
        let (encoder, decoder) = (configuration.encoder, configuration.decoder)
        try validate(encoderWidths, encoder?.blocks ?? [], "encoder", check)
        try validate(decoderWidths, decoder.blocks, "decoder", check)
        try check.require(
            encoder?.blocks.count == decoder.blocks.count, "num_decoder_blocks",
            "as many as there are num_encoder_blocks (\(encoder?.blocks.count ?? 0))")
    }

    private func validate(_ widths: [Int]?, _ blocks: [Int], _ side: String, _ check: FieldCheck) throws {
        try check.require(
            (1...8).contains(blocks.count) && blocks.allSatisfy { (0...64).contains($0) }, "num_\(side)_blocks",
            "a list of 1 to 8 counts of at most 64")
        guard let widths else { return }
        try check.require(
            widths.count == blocks.count && (1...8192).contains(widths.first ?? 0) && Set(widths).count == 1,
            "\(side)_block_out_channels", "a list of \(blocks.count) equal widths of at most 8192")
    }

    var configuration: TinyAutoencoder.Configuration {
        TinyAutoencoder.Configuration(
            channels: pictureChannels ?? 3, latentChannels: latentChannels ?? 4,
            encoder: .init(width: encoderWidths?.first ?? 64, blocks: encoderBlocks ?? [1, 3, 3, 3]),
            decoder: .init(width: decoderWidths?.first ?? 64, blocks: decoderBlocks ?? [3, 3, 3, 1]),
            factor: scalingFactor ?? 1, shift: shiftFactor ?? 0)
    }
}
