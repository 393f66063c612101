import FilesOnDisk
import Foundation
import TensorCore

/// BERT's encoder: maps token ids to hidden states (Devlin et al., arXiv 1810.04805; the form and the tensor names of
/// `BertModel` in Hugging Face transformers, without the pooler).
public struct BERT: Sendable {
    /// Length of a token's vector.
    public let hiddenSize: Int
    /// The most tokens that a text may have.
    public let maximumTokens: Int
    public let vocabularySize: Int

    /// Tensors that published checkpoints hold beside the encoder: the pooler, and the numbers 0, 1, 2, ….
    private static let dispensable: Set = ["pooler.dense.weight", "pooler.dense.bias", "embeddings.position_ids"]

    private let words: Tensor
    private let positions: Tensor
    private let segment: Tensor
    private let embeddingNorm: LayerNorm
    private let layers: [BERTLayer]

    /// Reads `config.json` and `model.safetensors` in `folder`. Throws `FileContentError` or `TensorFileError`, naming
    /// the file, where they are unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let config = try BERTConfig(contentsOf: folder.appending(path: "config.json"))
        self = try WeightReader.read(folder.appending(path: "model.safetensors"), dispensable: Self.dispensable) {
            try Self(config, $0, precision)
        }
    }

    private init(_ config: BERTConfig, _ weights: WeightReader, _ precision: Precision) throws {
        let (hidden, epsilon) = (config.hiddenSize, config.normEpsilon)
        hiddenSize = hidden
        maximumTokens = config.maximumTokens
        vocabularySize = config.vocabularySize
        words = try weights.tensor("embeddings.word_embeddings.weight", [config.vocabularySize, hidden])
        positions = try weights.tensor("embeddings.position_embeddings.weight", [config.maximumTokens, hidden])
        segment = try weights.tensor("embeddings.token_type_embeddings.weight", [config.segments, hidden])
            .item(0).float32()
        embeddingNorm = try weights.layerNorm("embeddings.LayerNorm", hidden, epsilon: epsilon)
        layers = try (0..<config.layerCount).map { try BERTLayer("encoder.layer.\($0)", config, weights, precision) }
    }

    /// Encodes the token ids of one text, 1 to `maximumTokens` of them below `vocabularySize`, as `[1, tokens,
    /// hiddenSize]`.
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
