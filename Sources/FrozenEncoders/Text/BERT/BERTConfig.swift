import FilesOnDisk
import TensorCore

/// The `config.json` of a BERT, RoBERTa, XLM-RoBERTa, MPNet or DistilBERT in the layout of Hugging Face transformers, or the
/// `text_config` of a CLAP.
struct BERTConfig: CheckedJSON {
    enum Family: String, CaseIterable {
        case bert, roberta, mpnet
        case xlmRoberta = "xlm-roberta"
        case distilBERT = "distilbert"
        case clapText = "clap_text_model"
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

    init(from decoder: any Decoder) throws {
        try self.init(from: decoder, section: nil)
    }

    /// - Parameter section: The family whose section of a file this is, where fields that are missing have its defaults.
    init(from decoder: any Decoder, section: Family?) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        modelType = try section?.rawValue ?? fields.decode(String.self, forKey: "model_type")
        let family = Family(rawValue: modelType)
        let names = Self.names(of: family)
        /// A number that only a section may lack.
        func number(_ name: String, _ usual: Int) throws -> Int {
            section == nil
                ? try fields.decode(Int.self, forKey: Key(name)) : try fields.value(Key(name), default: usual)
        }
        activation = try fields.value(Key(Self.activationName(of: family)), default: "gelu")
        hiddenSize = try number(names.hidden, 768)
        intermediateSize = try number(names.inner, 3072)
        layerCount = try number(names.layers, 12)
        heads = try number(names.heads, 12)
        positions = try number("max_position_embeddings", 514)
        vocabularySize = try number("vocab_size", 50_265)
        switch family {
        case .mpnet, .distilBERT: segments = 0
        case .clapText: segments = try fields.value("type_vocab_size", default: 1)
        default: segments = try fields.value("type_vocab_size", default: 2)
        }
        normEpsilon = try fields.value("layer_norm_eps", default: 1e-12)
        positionType = try fields.value("position_embedding_type", default: "absolute")
        padding = try fields.value("pad_token_id", default: 1)
        distanceGroups = family == .mpnet ? try fields.value("relative_attention_num_buckets", default: 32) : nil
    }

    private struct Key: CodingKey, ExpressibleByStringLiteral {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init(stringLiteral name: String) { stringValue = name }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static func names(of family: Family?) -> TransformerSizes.Names {
        family == .distilBERT
            ? TransformerSizes.Names(hidden: "dim", heads: "n_heads", inner: "hidden_dim", layers: "n_layers")
            : TransformerSizes.Names()
    }

    private static func activationName(of family: Family?) -> String {
        family == .distilBERT ? "activation" : "hidden_act"
    }

    func validate(_ check: FieldCheck) throws {
        let families = Family.allCases.map(\.rawValue)
        try check.require(
            families.contains(modelType), "model_type",
            "one of \(families.joined(separator: ", ")), not “\(modelType.onOneLine)”")
        try validate(check, section: "")
    }

    /// - Parameter section: Stands before the names of the fields.
    func validate(_ check: FieldCheck, section: String) throws {
        try check.require(activation, is: "gelu", section + Self.activationName(of: family))
        try check.require(positionType, is: "absolute", section + "position_embedding_type")
        try TransformerSizes(hidden: hiddenSize, heads: heads, inner: intermediateSize, layers: layerCount)
            .validate(check, Self.names(of: family), section: section)
        try check.require(positions, in: 1...65_536, section + "max_position_embeddings")
        try check.require(vocabularySize, in: 1...1 << 22, section + "vocab_size")
        let hasSegments = family != .mpnet && family != .distilBERT
        try check.require(segments, in: (hasSegments ? 1 : 0)...1024, section + "type_vocab_size")
        try check.require(normEpsilon, in: 1e-12...0.1, section + "layer_norm_eps")
        try check.require(distanceGroups ?? 32, in: 4...256, section + "relative_attention_num_buckets")
        if placeless != nil {
            try check.require(
                (0..<max(1, positions - 1)).contains(padding), section + "pad_token_id",
                "below max_position_embeddings")
        }
    }

    /// Already validated.
    var family: Family { Family(rawValue: modelType) ?? .bert }

    /// The token that has no place of its own; the others' places begin behind its number. Nil where places begin at 0.
    var placeless: Int? { family == .bert || family == .distilBERT ? nil : padding }

    /// The most tokens that a text may have.
    var maximumTokens: Int { positions - (placeless.map { $0 + 1 } ?? 0) }
}
