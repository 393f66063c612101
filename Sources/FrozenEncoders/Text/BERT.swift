import Foundation
import TensorCore

/// BERT's encoder: token ids to contextual vectors (Devlin et al., arXiv 1810.04805; the form and the tensor names of
/// `BertModel` in Hugging Face transformers, without the pooler).
public struct BERT: Sendable {
    /// Length of a token's vector.
    public let hiddenSize: Int
    /// The most tokens in a text.
    public let maximumTokens: Int
    public let vocabularySize: Int

    private let words: Tensor
    private let positions: Tensor
    private let segment: Tensor
    private let embeddingNorm: LayerNorm
    private let layers: [BERTLayer]

    /// Reads `config.json` and `model.safetensors` in `folder`. Throws `EncoderError` or `TensorFileError`, naming the
    /// file, where they are unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let config = try BERTConfig(contentsOf: folder.appending(path: "config.json"))
        let file = try SafetensorsFile(contentsOf: folder.appending(path: "model.safetensors"))
        hiddenSize = config.hiddenSize
        maximumTokens = config.maximumTokens
        vocabularySize = config.vocabularySize
        words = try file.tensor(
            "embeddings.word_embeddings.weight", shape: [config.vocabularySize, config.hiddenSize])
        positions = try file.tensor(
            "embeddings.position_embeddings.weight", shape: [config.maximumTokens, config.hiddenSize])
        segment = try file.tensor(
            "embeddings.token_type_embeddings.weight", shape: [config.segments, config.hiddenSize]
        ).item(0).float32()
        let weights = BERTWeights(file: file, config: config, precision: precision)
        embeddingNorm = try weights.norm("embeddings.LayerNorm")
        layers = try (0..<config.layerCount).map { try BERTLayer(weights, index: $0) }
    }

    /// Token ids of one text, 1 to `maximumTokens` of them below `vocabularySize`, to `[1, tokens, hiddenSize]`.
    public func callAsFunction(_ tokenIDs: [Int]) -> Tensor {
        precondition(1...maximumTokens ~= tokenIDs.count, "1 to \(maximumTokens) tokens, not \(tokenIDs.count)")
        let embedded = Tensor.stacked(
            tokenIDs.enumerated().map { position, id in
                words.item(id).float32() + segment + positions.item(position).float32()
            })
        let normalized = embeddingNorm(embedded.reshaped([1, tokenIDs.count, hiddenSize]))
        return layers.reduce(normalized) { $1($0) }
    }
}
