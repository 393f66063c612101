import FrozenEncoders
import TensorCore

/// A map from an encoded sound to the space of the text encoder's sentences: trained (`AnchoredAdapter`) or built from
/// class names alone (`ClassWords`).
public protocol SoundAdapter: Sendable {
    /// The sentence space.
    var space: EmbeddingSpace { get }

    /// Width of the embeddings.
    var channels: Int { get }

    /// Returns the sound's embedding. Throws `ModelError` when another encoder than the expected one encoded the sound.
    func embedding(of sound: EncodedSound) throws -> Embedding
}
