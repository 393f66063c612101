import FrozenEncoders
import LatentDiffusion
import TensorCore

/// Makes conditions that are points of the sentence space, one vector each, as the bundled transformer takes them.
///
/// Words lie where the text encoder puts them, sounds where the sound adapter puts them, and a mixture of two on the
/// great circle between them, of more at their spherical mean.
@ComputeActor
public final class SentencePoint: Conditioner {
    private let space: EmbeddingSpace
    let textEncoder: LazyPart<any TextEncoder>
    let soundAdapter: LazyPart<any SoundAdapter>

    /// - Parameters:
    ///   - space: The space of the text encoder's sentences.
    ///   - textEncoder: Makes the words' points.
    ///   - soundAdapter: Maps sounds into that space.
    public nonisolated init(
        space: EmbeddingSpace, textEncoder: LazyPart<any TextEncoder>, soundAdapter: LazyPart<any SoundAdapter>
    ) {
        (self.space, self.textEncoder, self.soundAdapter) = (space, textEncoder, soundAdapter)
    }

    public var shape: ConditionShape? {
        get throws {
            let (words, sounds) = (textEncoder.loaded?.embeddingLength, soundAdapter.loaded?.channels)
            if let words, let sounds, words != sounds {
                throw ModelError.misfit(
                    "embeddings of the text encoder have \(words) numbers, but those of the sound adapter \(sounds)")
            }
            return (sounds ?? words).map { ConditionShape(tokens: 1, width: $0) }
        }
    }

    public func conditioning(of words: String) throws -> Conditioning {
        let encoded = try textEncoder().encode(words)
        var conditioning = point(Embedding(encoded.pooled, in: space))
        conditioning.prompts = [WeightedPrompt(words, weight: 1)]
        conditioning.warnings = encoded.warnings.map(\.description)
        return conditioning
    }

    /// Names without a template are the point of the sound adapter, which is made of names itself.
    public func conditioning(of sound: EncodedSound, as reading: SoundReading) throws -> Conditioning {
        let prompts = try prompts(of: sound, as: reading)
        return try prompts.isEmpty ? point(soundAdapter().embedding(of: sound)) : conditioning(of: prompts)
    }

    public func prompts(of sound: EncodedSound, as reading: SoundReading) throws -> [WeightedPrompt] {
        try check(reading)
        guard reading.template != nil || reading.form != .names else { return [] }
        guard let adapter = try soundAdapter() as? any SoundNaming else {
            throw ModelError.misfit("the sound adapter has no names to put into a prompt")
        }
        return try adapter.prompts(of: sound, as: reading, in: reading.template ?? SoundPrompt.placeholder)
    }

    public func embedding(of sound: EncodedSound) throws -> Embedding? { try soundAdapter().embedding(of: sound) }

    public func check(_ reading: SoundReading) throws {
        guard reading.form != .tokens else { throw ConditioningError.noTokens }
    }

    public func blend(_ parts: [WeightedConditioning]) throws -> Conditioning {
        _ = try shape
        let points = try parts.map { part in
            guard let embedding = part.conditioning.embedding, embedding.space == space,
                embedding.vector.count == parts[0].conditioning.embedding?.vector.count
            else { throw ConditioningError.notBlendable }
            return (embedding: embedding, weight: part.weight)
        }
        return point(.mean(of: points)).telling(of: parts)
    }

    /// The condition of the empty text.
    public func empty() throws -> Condition { try conditioning(of: "").condition }

    public func load(_ stages: Pipeline.Stages) throws {
        if stages.contains(.sounds) { _ = try soundAdapter() }
        if stages.contains(.words) { _ = try textEncoder() }
    }

    public func release(_ stages: Pipeline.Stages) {
        if stages.contains(.sounds) { soundAdapter.release() }
        if stages.contains(.words) { textEncoder.release() }
    }

    private func point(_ embedding: Embedding) -> Conditioning {
        Conditioning(Condition(vector: embedding.vector), embedding: embedding)
    }
}
