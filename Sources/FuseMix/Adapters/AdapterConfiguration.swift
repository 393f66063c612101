import FilesOnDisk
import TensorCore

/// The `config.json` of a component that holds a pair of adapters.
public struct AdapterConfiguration: Sendable, Equatable, Codable {
    /// Names of the encoders whose latents go in, as far as they are known.
    public let xEncoder: String
    public let yEncoder: String
    /// Channels of the space that both sides are mapped into.
    public let outputSize: Int
    public let x: TowerConfiguration
    public let y: TowerConfiguration
    private let modelType: String

    /// What `model_type` says.
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
