import FilesOnDisk

/// The `config.json` of a BERT in the layout of Hugging Face transformers.
struct BERTConfig: CheckedJSON {
    let modelType: String
    let activation: String
    let hiddenSize: Int
    let intermediateSize: Int
    let layerCount: Int
    let heads: Int
    let maximumTokens: Int
    let vocabularySize: Int
    let segments: Int
    let normEpsilon: Float

    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case activation = "hidden_act"
        case hiddenSize = "hidden_size"
        case intermediateSize = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case heads = "num_attention_heads"
        case maximumTokens = "max_position_embeddings"
        case vocabularySize = "vocab_size"
        case segments = "type_vocab_size"
        case normEpsilon = "layer_norm_eps"
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(modelType, is: "bert", "model_type")
        try check.require(activation, is: "gelu", "hidden_act")
        try check.require(hiddenSize, in: 1...16_384, "hidden_size")
        try check.require(heads, in: 1...1024, "num_attention_heads")
        try check.require(hiddenSize % heads == 0, "hidden_size", "a multiple of num_attention_heads (\(heads))")
        try check.require(intermediateSize, in: 1...65_536, "intermediate_size")
        try check.require(layerCount, in: 1...256, "num_hidden_layers")
        try check.require(maximumTokens, in: 1...65_536, "max_position_embeddings")
        try check.require(vocabularySize, in: 1...1 << 22, "vocab_size")
        try check.require(segments, in: 1...1024, "type_vocab_size")
        try check.require(normEpsilon, in: 1e-12...0.1, "layer_norm_eps")
    }
}
