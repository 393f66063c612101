import FilesOnDisk

/// The `config.json` of an EfficientNet-Lite component: the preparation of a picture, and the blocks in order.
struct EfficientNetLiteConfig: CheckedJSON {
    let modelType: String
    /// Columns and rows of the network's input.
    let imageSize: Int
    /// Side of the centred square that the network sees, as a share of the picture's short side.
    let cropFraction: Double
    /// An input value is (level − mean) / scale, levels from 0 to 255.
    let pixelMean: Float
    let pixelScale: Float
    let stem: Stem
    let blocks: [Block]
    let embeddingLength: Int

    /// The first convolution, over red, green and blue.
    struct Stem: Decodable {
        let kernel: Int
        let stride: Int
        let channels: Int
    }

    /// An inverted bottleneck (Sandler et al., arXiv 1801.04381): a 1×1 convolution to `expansion` times the channels
    /// (none where that is 1), a depthwise one, a 1×1 one to `channels`.
    struct Block: Decodable {
        let expansion: Int
        let kernel: Int
        let stride: Int
        let channels: Int
    }

    private enum CodingKeys: String, CodingKey {
        case stem, blocks
        case modelType = "model_type"
        case imageSize = "image_size"
        case cropFraction = "crop_fraction"
        case pixelMean = "pixel_mean"
        case pixelScale = "pixel_scale"
        case embeddingLength = "embedding_length"
    }

    /// Most numbers in any layer's output for one picture: 256 MB of them.
    private static let largestMap = 1 << 26

    func validate(_ check: FieldCheck) throws {
        try check.require(modelType, is: "efficientnet-lite", "model_type")
        try check.require(imageSize, in: 1...2048, "image_size")
        try check.require(cropFraction, in: 0.01...1, "crop_fraction")
        try check.require(pixelMean, in: 0...255, "pixel_mean")
        try check.require(pixelScale, in: 1e-3...1e3, "pixel_scale")
        try check.require(embeddingLength, in: 1...65_536, "embedding_length")
        try check.require((1...256).contains(blocks.count), "blocks", "a list of 1 to 256 blocks")
        try validate(check, "stem", kernel: stem.kernel, stride: stem.stride, channels: stem.channels)
        try validateBlocks(check)
    }

    private func validateBlocks(_ check: FieldCheck) throws {
        var size = SamePadding(length: imageSize, kernel: stem.kernel, stride: stem.stride).outputs
        var inputs = stem.channels
        for (index, block) in blocks.enumerated() {
            let name = "blocks[\(index)]"
            try validate(check, name, kernel: block.kernel, stride: block.stride, channels: block.channels)
            try check.require(block.expansion, in: 1...64, "\(name).expansion")
            let widest = max(inputs * block.expansion, block.channels)
            try check.require(
                size * size * widest <= Self.largestMap, name,
                "smaller than its map of \(size) × \(size) × \(widest) numbers for a picture")
            size = SamePadding(length: size, kernel: block.kernel, stride: block.stride).outputs
            inputs = block.channels
        }
        try check.require(
            size * size * embeddingLength <= Self.largestMap, "embedding_length",
            "smaller for the \(size) × \(size) places of the last block")
    }

    private func validate(_ check: FieldCheck, _ name: String, kernel: Int, stride: Int, channels: Int) throws {
        try check.require(kernel, in: 1...64, "\(name).kernel")
        try check.require(stride, in: 1...64, "\(name).stride")
        try check.require(channels, in: 1...8192, "\(name).channels")
    }
}
