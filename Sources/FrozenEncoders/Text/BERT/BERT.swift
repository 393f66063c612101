import FilesOnDisk
import Foundation
import TensorCore

/// BERT's encoder: maps token ids to hidden states (Devlin et al., arXiv 1810.04805), also as RoBERTa (arXiv 1907.11692),
/// XLM-RoBERTa (arXiv 1911.02116), MPNet (arXiv 2004.09297) and DistilBERT (arXiv 1910.01108). The form and the tensor names are
/// those of Hugging Face transformers, without the pooler.
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
    private let segment: Tensor?
    private let placeless: Int?
    private let distanceBias: DistanceBias?
    private let embeddingNorm: LayerNorm
    private let layers: [BERTLayer]

    /// Reads `config.json` and the weights in `folder`, of any name and format that transformers reads. Throws
    /// `FileContentError` or `TensorFileError`, naming the file, where they are unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let config = try BERTConfig(contentsOf: folder.appending(path: "config.json"))
        let weights = MappedTensors(
            try TensorFile.open(TensorFile.weights(in: folder)),
            prefixes: [
                ("bert.", ""), ("roberta.", ""), ("mpnet.", ""), ("distilbert.", ""), ("cls.", nil), ("lm_head.", nil),
                ("vocab_", nil),
            ])
        self = try WeightReader.read(weights, dispensable: Self.dispensable) { try Self(config, $0, precision) }
    }

    /// Reads the weights. Throws `TensorFileError`.
    init(_ config: BERTConfig, _ weights: WeightReader, _ precision: Precision) throws {
        let (hidden, epsilon) = (config.hiddenSize, config.normEpsilon)
        hiddenSize = hidden
        maximumTokens = config.maximumTokens
        vocabularySize = config.vocabularySize
        words = try weights.tensor("embeddings.word_embeddings.weight", [config.vocabularySize, hidden])
        positions = try weights.tensor("embeddings.position_embeddings.weight", [config.positions, hidden])
        segment =
            config.segments == 0
            ? nil
            : try weights.tensor("embeddings.token_type_embeddings.weight", [config.segments, hidden]).item(0)
                .float32()
        placeless = config.placeless
        distanceBias = try config.distanceGroups.map {
            DistanceBias(try weights.tensor("encoder.relative_attention_bias.weight", [$0, config.heads]))
        }
        embeddingNorm = try weights.layerNorm("embeddings.LayerNorm", hidden, epsilon: epsilon)
        let stack = config.family == .distilBERT ? "transformer" : "encoder"
        layers = try (0..<config.layerCount).map { try BERTLayer("\(stack).layer.\($0)", config, weights, precision) }
    }

    /// Encodes the token ids of one text, 1 to `maximumTokens` of them below `vocabularySize`, as `[1, tokens,
    /// hiddenSize]`.
    public func callAsFunction(_ tokenIDs: [Int]) -> Tensor {
        precondition(1...maximumTokens ~= tokenIDs.count, "1 to \(maximumTokens) tokens, not \(tokenIDs.count)")
        var place = placeless ?? -1
        let embedded = Tensor.stacked(
            tokenIDs.map { id in
                if id != placeless { place += 1 }
                let position = positions.item(id == placeless ? id : place).float32()
                return segment.map { words.item(id).float32() + $0 + position } ?? words.item(id).float32() + position
            })
        let normalized = embeddingNorm(embedded.reshaped([1, tokenIDs.count, hiddenSize]))
        let bias = distanceBias?(tokenIDs.count)
        return layers.reduce(normalized) { $1($0, bias: bias) }
    }
}
