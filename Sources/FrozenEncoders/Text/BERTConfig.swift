import Foundation

/// The `config.json` of a BERT in the layout of Hugging Face transformers.
struct BERTConfig: Decodable {
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

    /// Reads and checks the file. Throws `EncoderError`.
    init(contentsOf url: URL) throws {
        self = try ComponentFile.decode(Self.self, at: url, expected: "the configuration of a BERT")
        let problem = { (found: String, expected: String) in
            EncoderError.unsuitable(file: url.path, found: found, expected: expected)
        }
        guard modelType == "bert" else { throw problem("model type \"\(modelType)\"", "\"bert\"") }
        guard activation == "gelu" else { throw problem("hidden_act \"\(activation)\"", "\"gelu\"") }
        let sizes = [hiddenSize, intermediateSize, layerCount, heads, maximumTokens, vocabularySize, segments]
        guard sizes.allSatisfy({ $0 > 0 }), hiddenSize % heads == 0 else {
            throw problem("sizes \(sizes)", "positive ones, the hidden size a multiple of the heads")
        }
        guard normEpsilon > 0, normEpsilon.isFinite else {
            throw problem("layer_norm_eps \(normEpsilon)", "a small positive number")
        }
    }
}
