import FilesOnDisk
import TensorCore

/// The `config.json` of a BERT, RoBERTa, XLM-RoBERTa or MPNet in the layout of Hugging Face transformers.
struct BERTConfig: CheckedJSON {
    enum Family: String, CaseIterable {
        case bert, roberta, mpnet
        case xlmRoberta = "xlm-roberta"
    }

    let layerCount: Int
    let positions: Int
    let vocabularySize: Int
    let normEpsilon: Float
    let hiddenSize: Int
    let intermediateSize: Int
    let heads: Int
    /// Zero where tokens belong to no segment.
    let segments: Int
    /// Groups of distances that have a bias each; nil where scores have none.
    let distanceGroups: Int?
    private let modelType: String
    private let activation: String
    private let positionType: String
    private let padding: Int

    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case activation = "hidden_act"
        case hiddenSize = "hidden_size"
        case intermediateSize = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case heads = "num_attention_heads"
        case positions = "max_position_embeddings"
        case vocabularySize = "vocab_size"
        case segments = "type_vocab_size"
        case normEpsilon = "layer_norm_eps"
        case positionType = "position_embedding_type"
        case padding = "pad_token_id"
        case distanceGroups = "relative_attention_num_buckets"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        modelType = try fields.decode(String.self, forKey: .modelType)
        let isMPNet = modelType == Family.mpnet.rawValue
        activation = try fields.decode(String.self, forKey: .activation)
        hiddenSize = try fields.decode(Int.self, forKey: .hiddenSize)
        intermediateSize = try fields.decode(Int.self, forKey: .intermediateSize)
        layerCount = try fields.decode(Int.self, forKey: .layerCount)
        heads = try fields.decode(Int.self, forKey: .heads)
        positions = try fields.decode(Int.self, forKey: .positions)
        vocabularySize = try fields.decode(Int.self, forKey: .vocabularySize)
        segments = isMPNet ? 0 : try fields.value(.segments, default: 2)
        normEpsilon = try fields.value(.normEpsilon, default: 1e-12)
        positionType = try fields.value(.positionType, default: "absolute")
        padding = try fields.value(.padding, default: 1)
        distanceGroups = isMPNet ? try fields.value(.distanceGroups, default: 32) : nil
    }

    func validate(_ check: FieldCheck) throws {
        let families = Family.allCases.map(\.rawValue)
        try check.require(
            families.contains(modelType), "model_type",
            "one of \(families.joined(separator: ", ")), not “\(modelType.onOneLine)”")
        try check.require(activation, is: "gelu", "hidden_act")
        try check.require(positionType, is: "absolute", "position_embedding_type")
        try TransformerSizes(hidden: hiddenSize, heads: heads, inner: intermediateSize, layers: layerCount)
            .validate(check)
        try check.require(positions, in: 1...65_536, "max_position_embeddings")
        try check.require(vocabularySize, in: 1...1 << 22, "vocab_size")
        try check.require(segments, in: (family == .mpnet ? 0 : 1)...1024, "type_vocab_size")
        try check.require(normEpsilon, in: 1e-12...0.1, "layer_norm_eps")
        try check.require(distanceGroups ?? 32, in: 4...256, "relative_attention_num_buckets")
        if family != .bert {
            try check.require(
                (0..<max(1, positions - 1)).contains(padding), "pad_token_id", "below max_position_embeddings")
        }
    }

    /// Already validated.
    var family: Family { Family(rawValue: modelType) ?? .bert }

    /// The token that has no place of its own; the others' places begin behind its number. Nil where places begin at 0.
    var placeless: Int? { family == .bert ? nil : padding }

    /// The most tokens that a text may have.
    var maximumTokens: Int { positions - (placeless.map { $0 + 1 } ?? 0) }
}
