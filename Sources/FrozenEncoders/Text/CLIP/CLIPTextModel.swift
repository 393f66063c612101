import FilesOnDisk
import Foundation
import TensorCore

/// CLIP's text encoder: maps token ids to hidden states and one vector (Radford et al., arXiv 2103.00020; the form of
/// `CLIPTextModel` and `CLIPTextModelWithProjection` in Hugging Face transformers).
public struct CLIPTextModel: Sendable {
    public let config: CLIPTextConfig

    private let words: Tensor
    private let positions: Tensor
    private let layers: [PreNormLayer]
    private let finalNorm: LayerNorm
    private let projection: Linear?

    /// Which hidden states a text is encoded as.
    public struct States: Sendable, Equatable {
        /// Layers at the end that are left out.
        public let skippedLayers: Int
        /// Whether the final layer normalisation follows.
        public let isNormalized: Bool

        /// What Stable Diffusion 1.x and 2.x were trained with.
        public static let last = States(skippedLayers: 0, isNormalized: true)
        /// What SDXL was trained with.
        public static let penultimate = States(skippedLayers: 1, isNormalized: false)

        /// The states with that many layers more left out, as diffusers counts `clip_skip`.
        public func skipping(_ layers: Int) -> States {
            States(skippedLayers: skippedLayers + layers, isNormalized: isNormalized)
        }
    }

    /// Reads `config.json` and the weights in `folder`, of any name, format and layout that transformers reads. Throws
    /// `FileContentError` or `TensorFileError`, naming the file, where they are unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        try self.init(contentsOf: folder, weights: Self.weights(in: folder), precision: precision)
    }

    /// - Parameter weights: What is read in place of the folder's own weights.
    init(contentsOf folder: URL, weights: some TensorSource, precision: Precision) throws {
        let config = try CLIPTextConfigFile(contentsOf: folder.appending(path: "config.json")).config
        try self.init(config, weights, precision: precision)
    }

    /// Opens the weights in `folder`, by the names of `CLIPTextNames`. Throws `FileContentError` or `TensorFileError`, naming
    /// the file.
    package static func weights(in folder: URL) throws -> MappedTensors {
        try CLIPTextNames.transformers(TensorFile.open(TensorFile.weights(in: folder)))
    }

    /// - Parameters:
    ///   - weights: The weights and nothing else, by the names of `CLIPTextNames`.
    /// - Throws: `FileContentError` or `TensorFileError`.
    package init(_ config: CLIPTextConfig, _ weights: some TensorSource, precision: Precision) throws {
        let dispensable: Set = ["embeddings.position_ids"]
        self = try WeightReader.read(weights, dispensable: dispensable) { try Self(config, $0, precision) }
    }

    private init(_ config: CLIPTextConfig, _ weights: WeightReader, _ precision: Precision) throws {
        let hidden = config.hiddenSize
        self.config = config
        words = try weights.tensor("embeddings.token_embedding.weight", [config.vocabularySize, hidden])
        positions = try weights.tensor("embeddings.position_embedding.weight", [config.tokenCount, hidden])
        layers = try (0..<config.layerCount).map {
            try PreNormLayer("encoder.layers.\($0)", config.layer, .clip, weights, precision)
        }
        finalNorm = try weights.layerNorm("final_layer_norm", hidden, epsilon: config.normEpsilon)
        projection = try config.projectionSize.map { size in
            Linear(
                weight: try weights.tensor("text_projection.weight", [size, hidden]), bias: nil, precision: precision)
        }
    }

    /// Length of the pooled vector.
    public var pooledSize: Int { config.projectionSize ?? config.hiddenSize }

    /// Encodes the token ids of one text, 1 to `config.tokenCount` of them below `config.vocabularySize`.
    ///
    /// - Parameter states: Skips fewer layers than there are.
    /// - Returns: Hidden states `[tokens, hiddenSize]`, and the normalised last state of the text's end `[pooledSize]`,
    ///   projected if the model projects.
    public func callAsFunction(_ tokenIDs: [Int], states: States = .last) -> (states: Tensor, pooled: Tensor) {
        precondition(1...config.tokenCount ~= tokenIDs.count, "1 to \(config.tokenCount) tokens, not \(tokenIDs.count)")
        precondition(
            0..<layers.count ~= states.skippedLayers, "\(states.skippedLayers) of \(layers.count) layers left out")
        let embedded = Tensor.stacked(
            tokenIDs.enumerated().map { position, id in words.item(id).float32() + positions.item(position).float32() })
        let (kept, left) = (layers.dropLast(states.skippedLayers), layers.suffix(states.skippedLayers))
        let hidden = kept.reduce(embedded.reshaped([1] + embedded.shape)) { $1($0) }
        let last = finalNorm(left.reduce(hidden) { $1($0) }).item(0)
        let end = last.items(place(ofEndIn: tokenIDs)..<place(ofEndIn: tokenIDs) + 1)
        let chosen =
            switch (states.skippedLayers, states.isNormalized) {
            case (0, true): last
            case (_, true): finalNorm(hidden).item(0)
            case (_, false): hidden.item(0)
            }
        return (chosen, (projection?(end) ?? end).item(0))
    }

    /// The first place of the pooled token, or of the highest id.
    private func place(ofEndIn ids: [Int]) -> Int {
        ids.firstIndex { $0 == config.pooledToken ?? ids.max() } ?? 0
    }
}
