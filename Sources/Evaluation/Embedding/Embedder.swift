import FrozenEncoders
import PictureFiles
import SoundFrontEnd
import TensorCore

/// A frozen encoder with all that its vectors depend on.
public struct Embedder: Sendable {
    private let encoder: FrozenEncoder
    private let features: SoundFeatures
    private let pooling: WindowPooling
    private let normalizes: Bool

    /// - Parameters:
    ///   - features: Of a sound, what its vector is made of.
    ///   - pooling: Of a sound, how its windows are pooled.
    ///   - normalizes: Whether vectors are scaled to length 1.
    public init(
        _ encoder: FrozenEncoder, features: SoundFeatures = .embedding, pooling: WindowPooling = .mean,
        normalizes: Bool = false
    ) {
        (self.encoder, self.features, self.pooling, self.normalizes) = (encoder, features, pooling, normalizes)
    }

    /// Length of a vector.
    public var channels: Int {
        guard case .audio(let encoder) = encoder else { return encoder.embeddingLength }
        return features.count(embedding: encoder.embeddingLength, scores: encoder.labels.count)
    }

    /// `[channels]`. Throws what reading the item throws; `EmbeddingInputError.unsuitable` for an item that is not
    /// what the encoder encodes.
    @ComputeActor
    public func callAsFunction(_ item: EmbeddingItem) throws -> Tensor {
        let vector = try encode(item)
        return normalizes ? vector.normalized() : vector
    }

    @ComputeActor
    private func encode(_ item: EmbeddingItem) throws -> Tensor {
        switch (encoder, item.source) {
        case (.audio(let encoder), .file(let url)):
            let waveform = try Waveform(AudioFile(path: url.relativePath), sampleRate: encoder.sampleRate)
            let vector = features.vector(of: try encoder.listen(to: waveform, pooling: pooling))
            return Tensor(vector, shape: [vector.count])
        case (.image(let encoder), .file(let url)):
            return encoder([try Picture(contentsOf: url)]).item(0)
        case (.text(let encoder), .text(let words)):
            return encoder([words]).item(0)
        case (_, .file), (_, .text):
            throw EmbeddingInputError.unsuitable(input: item.id, expected: "an item of its own kind")
        }
    }
}
