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

/// The fields of the file.
struct CLIPTextConfigFile: CheckedJSON {
    let modelType: String
    let architectures: [String]?
    let activation: String
    let hiddenSize: Int
    let intermediateSize: Int
    let layerCount: Int
    let heads: Int
    let tokenCount: Int
    let vocabularySize: Int
    let normEpsilon: Float
    let projectionSize: Int?
    let endOfText: Int?

    private enum CodingKeys: String, CodingKey {
        case architectures
        case modelType = "model_type"
        case activation = "hidden_act"
        case hiddenSize = "hidden_size"
        case intermediateSize = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case heads = "num_attention_heads"
        case tokenCount = "max_position_embeddings"
        case vocabularySize = "vocab_size"
        case normEpsilon = "layer_norm_eps"
        case projectionSize = "projection_dim"
        case endOfText = "eos_token_id"
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(modelType, is: "clip_text_model", "model_type")
        try check.require(
            Self.activations[activation] != nil, "hidden_act",
            "one of \(Self.activations.keys.sorted().joined(separator: ", ")), not “\(activation.onOneLine)”")
        try check.require(hiddenSize, in: 1...16_384, "hidden_size")
        try check.require(heads, in: 1...1024, "num_attention_heads")
        try check.require(hiddenSize % heads == 0, "hidden_size", "a multiple of num_attention_heads (\(heads))")
        try check.require(intermediateSize, in: 1...65_536, "intermediate_size")
        try check.require(layerCount, in: 1...256, "num_hidden_layers")
        try check.require(tokenCount, in: 3...65_536, "max_position_embeddings")
        try check.require(vocabularySize, in: 1...1 << 22, "vocab_size")
        try check.require(normEpsilon, in: 1e-12...0.1, "layer_norm_eps")
        try check.require(projectionSize ?? 1, in: 1...16_384, "projection_dim")
    }

    /// The id 2 stands in the configurations of OpenAI's and StabilityAI's models by mistake.
    var config: CLIPTextConfig {
        let projects = architectures?.contains("CLIPTextModelWithProjection") ?? false
        return CLIPTextConfig(
            hiddenSize: hiddenSize, intermediateSize: intermediateSize, layerCount: layerCount, heads: heads,
            tokenCount: tokenCount, vocabularySize: vocabularySize, activation: Self.activations[activation] ?? .gelu,
            normEpsilon: normEpsilon, projectionSize: projects ? projectionSize ?? 512 : nil,
            pooledToken: endOfText == 2 ? nil : endOfText ?? 49_407)
    }

    private static let activations: [String: Activation] = [
        "quick_gelu": .quickGELU, "gelu": .gelu, "gelu_new": .geluTanh, "gelu_pytorch_tanh": .geluTanh,
    ]
}
