import FrozenEncoders
import TensorCore

/// A way from an encoded sound to the space of the text encoder's sentences: trained (`AnchoredAdapter`) or made of class
/// names alone (`ClassWords`).
public protocol SoundAdapter: Sendable {
    /// The sentence space.
    var space: EmbeddingSpace { get }

    /// Width of the embeddings.
    var channels: Int { get }

    /// Throws `ModelError` when the sound's encoder is not the one that this was made for.
    func embedding(of sound: EncodedSound) throws -> Embedding
}
