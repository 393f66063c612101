import FilesOnDisk
import TensorCore

/// The `config.json` of a CLIP text encoder in the layout of Hugging Face transformers.
public struct CLIPTextConfig: Sendable, Equatable {
    public var hiddenSize: Int
    public var intermediateSize: Int
    public var layerCount: Int
    public var heads: Int
    public var tokenCount: Int
    public var vocabularySize: Int
    public var activation: Activation
    public var normEpsilon: Float
    /// Length of the projected vector, for a model that projects.
    public var projectionSize: Int?
    /// The id whose first place is pooled; nil for the place of the highest id, as old configurations mean it.
    public var pooledToken: Int?

    var layer: PreNormLayer.Form {
        PreNormLayer.Form(
            hidden: hiddenSize, inner: intermediateSize, heads: heads, normEpsilon: normEpsilon,
            activation: activation, isCausal: true)
    }
}

extension CLIPTextConfig {
    /// The configuration that the shapes of the weights imply (names as of `CLIPTextNames`): heads of 64, epsilon 1e-5.
    /// Throws `TensorFileError` when the token or position embeddings or the first layer are missing.
    ///
    /// - Parameter activation: That of CLIP-L is `.quickGELU`, that of OpenCLIP `.gelu`.
    package init(shapesOf weights: some TensorSource, activation: Activation) throws {
        func shape(_ name: String, axes: Int) throws -> [Int] {
            guard let shape = weights.layout(of: name)?.shape, shape.count == axes, shape.allSatisfy({ $0 > 0 }) else {
                throw TensorFileError.missing(path: weights.path, tensor: name)
            }
            return shape
        }
        let words = try shape("embeddings.token_embedding.weight", axes: 2)
        let names = Set(weights.names)
        let layers = (0...).first { !names.contains("encoder.layers.\($0).layer_norm1.weight") } ?? 0
        self.init(
            hiddenSize: words[1],
            intermediateSize: try shape("encoder.layers.0.mlp.fc1.weight", axes: 2)[0], layerCount: layers,
            heads: max(1, words[1] / 64),
            tokenCount: try shape("embeddings.position_embedding.weight", axes: 2)[0], vocabularySize: words[0],
            activation: activation, normEpsilon: 1e-5,
            projectionSize: names.contains("text_projection.weight")
                ? try shape("text_projection.weight", axes: 2)[0] : nil,
            pooledToken: nil)
        guard hiddenSize % heads == 0 else {
            throw TensorFileError.malformed(
                path: weights.path, reason: "a width of \(hiddenSize) cannot be shared by heads of 64")
        }
    }
}

/// The `config.json` of a CLIP, or of its text tower alone.
struct CLIPTextConfigFile: CheckedJSON {
    private let modelType: String
    private let architectures: [String]?
    private let tower: ConfiguredTower
    private let tokenCount: Int
    private let vocabularySize: Int
    private let projectionSize: Int
    private let endOfText: Int

    private enum CodingKeys: String, CodingKey {
        case architectures
        case modelType = "model_type"
        case projectionSize = "projection_dim"
        case text = "text_config"
    }

    private enum TextKeys: String, CodingKey {
        case tokenCount = "max_position_embeddings"
        case vocabularySize = "vocab_size"
        case endOfText = "eos_token_id"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        modelType = try fields.decode(String.self, forKey: .modelType)
        architectures = try fields.decodeIfPresent([String].self, forKey: .architectures)
        projectionSize = try fields.value(.projectionSize, default: 512)
        let section = modelType == "clip" ? try fields.superDecoder(forKey: .text) : decoder
        tower = try ConfiguredTower(from: section, usual: (512, 2048, 12, 8, "quick_gelu", 1e-5))
        let text = try section.container(keyedBy: TextKeys.self)
        tokenCount = try text.value(.tokenCount, default: 77)
        vocabularySize = try text.value(.vocabularySize, default: 49_408)
        endOfText = try text.value(.endOfText, default: 49_407)
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(["clip", "clip_text_model"].contains(modelType), "model_type", "clip or clip_text_model")
        let section = modelType == "clip" ? "text_config." : ""
        try tower.validate(check, section: section)
        try check.require(tokenCount, in: 3...65_536, section + "max_position_embeddings")
        try check.require(vocabularySize, in: 1...1 << 22, section + "vocab_size")
        try check.require(projectionSize, in: 1...16_384, "projection_dim")
    }

    /// The id 2 stands in the configurations of OpenAI's and StabilityAI's models by mistake.
    var config: CLIPTextConfig {
        let layer = tower.layer
        let projects = modelType == "clip" || architectures?.contains("CLIPTextModelWithProjection") ?? false
        return CLIPTextConfig(
            hiddenSize: layer.hidden, intermediateSize: layer.inner, layerCount: tower.layerCount, heads: layer.heads,
            tokenCount: tokenCount, vocabularySize: vocabularySize, activation: layer.activation,
            normEpsilon: layer.normEpsilon, projectionSize: projects ? projectionSize : nil,
            pooledToken: endOfText == 2 ? nil : endOfText)
    }
}
