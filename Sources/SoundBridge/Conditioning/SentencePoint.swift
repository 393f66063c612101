import FrozenEncoders
import LatentDiffusion
import TensorCore

/// Makes conditions that are points of the sentence space, one vector each, as the bundled transformer takes them.
///
/// Words lie where the text encoder puts them, sounds where the sound adapter puts them, and a mixture of both on the
/// great circle between the two.
@ComputeActor
public final class SentencePoint: Conditioner {
    private let space: EmbeddingSpace
    private let textEncoder: LazyPart<any TextEncoder>
    private let soundAdapter: LazyPart<any SoundAdapter>

    /// - Parameters:
    ///   - space: The space of the text encoder's sentences.
    ///   - soundAdapter: Maps sounds into that space.
    public nonisolated init(
        space: EmbeddingSpace, textEncoder: LazyPart<any TextEncoder>, soundAdapter: LazyPart<any SoundAdapter>
    ) {
        (self.space, self.textEncoder, self.soundAdapter) = (space, textEncoder, soundAdapter)
    }

    public var shape: ConditionShape? {
        (soundAdapter.loaded?.channels ?? textEncoder.loaded?.embeddingLength).map {
            ConditionShape(tokens: 1, width: $0)
        }
    }

    public func conditioning(of words: String) throws -> Conditioning {
        point(Embedding(try textEncoder().encode(words).pooled, in: space))
    }

    public func conditioning(of sound: EncodedSound) throws -> Conditioning {
        point(try soundAdapter().embedding(of: sound))
    }

    public func blend(words: Conditioning, sound: Conditioning, audioWeight: Float) throws -> Conditioning {
        guard let from = words.embedding, let to = sound.embedding else {
            preconditionFailure("conditionings that this conditioner made")
        }
        guard from.vector.count == to.vector.count else {
            throw ModelError.misfit(
                "the words' embeddings have \(from.vector.count) numbers, but the sounds' \(to.vector.count)")
        }
        return point(from.arc(to: to, share: audioWeight))
    }

    /// The condition of the empty text.
    public func empty() throws -> Condition { try conditioning(of: "").condition }

    private func point(_ embedding: Embedding) -> Conditioning {
        Conditioning(Condition(vector: embedding.vector), embedding: embedding)
    }
}
