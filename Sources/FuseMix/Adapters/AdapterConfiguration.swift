import FilesOnDisk

/// The `config.json` of a component that holds a pair of adapters.
public struct AdapterConfiguration: Sendable, Equatable, Codable {
    /// Names of the encoders that the latents are from, if known.
    public let xEncoder: String
    public let yEncoder: String
    /// Channels of the shared space.
    public let outputSize: Int
    public let x: TowerConfiguration
    public let y: TowerConfiguration
    private let modelType: String

    /// Value of `model_type`.
    private static let modelType = "fusemix-adapters"

    private enum CodingKeys: String, CodingKey {
        case x, y
        case modelType = "model_type"
        case xEncoder = "x_encoder"
        case yEncoder = "y_encoder"
        case outputSize = "output_size"
    }

    public init(
        xEncoder: String, yEncoder: String, outputSize: Int, x: TowerConfiguration, y: TowerConfiguration
    ) {
        (self.xEncoder, self.yEncoder, self.outputSize) = (xEncoder, yEncoder, outputSize)
        (self.x, self.y, modelType) = (x, y, Self.modelType)
    }
}

extension AdapterConfiguration: CheckedJSON {
    package func validate(_ check: FieldCheck) throws {
        try check.require(modelType, is: Self.modelType, "model_type")
        try check.require(outputSize, in: 1...65_536, "output_size")
        try x.validate(check, side: "x", outputSize: outputSize)
        try y.validate(check, side: "y", outputSize: outputSize)
    }
}

/// The size of a FuseMix adapter (Vouitsis et al., arXiv 2312.10144, section 4): residual blocks
/// x + Linear(Dropout(GELU(Linear(LayerNorm(x))))), then LayerNorm, Linear and L2 normalisation.
public struct AdapterForm: Sendable, Equatable {
    /// Channels of the residual stream. If that is not the input's size, a linear projection comes first.
    public let width: Int
    /// Ratio of a block's hidden channels to `width`.
    public let expansion: Int
    public let blocks: Int
    /// Share of hidden channels dropped in training; an adapter in use drops none.
    public let dropout: Double

    public init(width: Int, expansion: Int, blocks: Int, dropout: Double) {
        (self.width, self.expansion, self.blocks, self.dropout) = (width, expansion, blocks, dropout)
    }

    /// Hidden channels of a block.
    var hidden: Int { width * expansion }

    /// Number that the layer normalisations add to a variance: PyTorch's default.
    static let epsilon: Float = 1e-5
}
