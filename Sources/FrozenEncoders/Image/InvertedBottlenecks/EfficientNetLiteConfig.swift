import FilesOnDisk

/// The `config.json` of an EfficientNet-Lite component: the preparation of a picture, and the blocks in order.
struct EfficientNetLiteConfig: CheckedJSON {
    let form: InvertedBottleneckNetwork.Form
    /// Side of the centred square that the network sees, as a share of the picture's short side.
    let cropFraction: Double
    /// An input value is (level − mean) / scale, levels from 0 to 255.
    let pixelMean: Float
    let pixelScale: Float
    private let modelType: String

    private enum CodingKeys: String, CodingKey {
        case stem, blocks
        case modelType = "model_type"
        case imageSize = "image_size"
        case cropFraction = "crop_fraction"
        case pixelMean = "pixel_mean"
        case pixelScale = "pixel_scale"
        case embeddingLength = "embedding_length"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        modelType = try fields.decode(String.self, forKey: .modelType)
        cropFraction = try fields.decode(Double.self, forKey: .cropFraction)
        pixelMean = try fields.decode(Float.self, forKey: .pixelMean)
        pixelScale = try fields.decode(Float.self, forKey: .pixelScale)
        form = InvertedBottleneckNetwork.Form(
            imageSize: try fields.decode(Int.self, forKey: .imageSize),
            stem: try fields.decode(InvertedBottleneckNetwork.Stem.self, forKey: .stem),
            blocks: try fields.decode([InvertedBottleneckNetwork.Block].self, forKey: .blocks),
            embeddingLength: try fields.decode(Int.self, forKey: .embeddingLength))
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(modelType, is: "efficientnet-lite", "model_type")
        try check.require(cropFraction, in: 0.01...1, "crop_fraction")
        try check.require(pixelMean, in: 0...255, "pixel_mean")
        try check.require(pixelScale, in: 1e-3...1e3, "pixel_scale")
        try form.validate(check)
    }
}
