import FrozenEncoders
import LatentDiffusion
import TensorCore

/// Makes conditions that are the token states of a prompt, as Stable Diffusion takes them: 77 of them, and the pooled vector
/// where the model wants it.
///
/// A sound is the blend of the prompts with its names, one prompt that describes it, or trained tokens. Prompts are blended as
/// compel's `.blend()` does it: the sum of their token states by weights that sum to 1.
@ComputeActor
public final class PromptSequence: Conditioner {
    private let template: String
    private let taken: TextConditioning
    private let textEncoder: LazyPart<any TextEncoder>
    private let sounds: LazyPart<any SoundNaming>
    private let tokens: LazyPart<TrainedTokens>?
    /// The last conditions, so that a name that many sounds have in common is encoded once.
    private var recent: [(words: String, conditioning: Conditioning)] = []

    /// Some 15 MB for Stable Diffusion 1.x, 40 for SDXL.
    private static let mostRecent = 64

    /// - Parameters:
    ///   - template: The prompt for a sound, with `{sound}` where it comes.
    ///   - conditioning: What the denoiser takes of the text encoder's output.
    ///   - textEncoder: Makes the token states, as many for each text.
    ///   - sounds: Names sounds.
    ///   - tokens: Makes token states of sounds without words.
    public nonisolated init(
        template: String = SoundPrompt.usualTemplate, conditioning: TextConditioning = .tokens,
        textEncoder: LazyPart<any TextEncoder>, sounds: LazyPart<any SoundNaming>,
        tokens: LazyPart<TrainedTokens>? = nil
    ) {
        (self.template, taken) = (template, conditioning)
        (self.textEncoder, self.sounds, self.tokens) = (textEncoder, sounds, tokens)
    }

    public var shape: ConditionShape? {
        guard let encoder = textEncoder.loaded, let shape = encoder.stateShape else { return nil }
        return ConditionShape(
            tokens: shape[0], width: shape[1], pooledWidth: taken.isPooled ? encoder.embeddingLength : nil)
    }

    public func conditioning(of words: String) throws -> Conditioning {
        if let known = recent.first(where: { $0.words == words }) { return known.conditioning }
        let encoded = try textEncoder().encode(words)
        guard let states = encoded.tokenStates else {
            throw ModelError.misfit("the text encoder has no token states, which the denoiser takes")
        }
        var conditioning = Conditioning(
            Condition(tokens: states, pooled: taken.isPooled ? encoded.pooled : nil), embedding: nil)
        conditioning.warnings = encoded.warnings.map(\.description)
        conditioning.prompts = [WeightedPrompt(words, weight: 1)]
        recent = recent.suffix(Self.mostRecent - 1) + [(words, conditioning)]
        return conditioning
    }

    /// Without a placeholder in the template the sound says nothing. The embedding is the sound's.
    public func conditioning(of sound: EncodedSound, as reading: SoundReading) throws -> Conditioning {
        try check(reading)
        if reading.form == .tokens, let tokens {
            return try tokens().conditioning(
                of: sound, by: sounds(), probe: conditioning(of: TrainedTokens.probe).condition)
        }
        let blended = try conditioning(of: prompts(of: sound, as: reading))
        var conditioning = Conditioning(blended.condition, embedding: try embedding(of: sound))
        (conditioning.prompts, conditioning.warnings) = (blended.prompts, blended.warnings)
        return conditioning
    }

    public func prompts(of sound: EncodedSound, as reading: SoundReading) throws -> [WeightedPrompt] {
        try check(reading)
        return try sounds().prompts(of: sound, as: reading, in: reading.template ?? template)
    }

    public func embedding(of sound: EncodedSound) throws -> Embedding? { try sounds().embedding(of: sound) }

    /// Tokens stand for a whole prompt.
    public func check(_ reading: SoundReading) throws {
        guard reading.form == .tokens else { return }
        guard tokens != nil else { throw ConditioningError.noTokens }
        guard reading.template == nil else { throw ConditioningError.tokensInPrompt }
    }

    public func blend(_ parts: [WeightedConditioning]) throws -> Conditioning {
        let conditions = parts.map(\.conditioning.condition), shape = conditions[0].shape
        guard conditions.allSatisfy({ $0.shape == shape }), shape == self.shape ?? shape else {
            throw ConditioningError.notBlendable
        }
        let sum = parts.reduce(0) { $0 + $1.weight }
        let blended = { (tensors: [Tensor]) in
            let weighted = zip(tensors, parts).map { $0 * ($1.weight / sum) }
            return weighted.dropFirst().reduce(weighted[0], +)
        }
        let pooled = conditions.compactMap(\.pooled)
        return Conditioning(
            Condition(tokens: blended(conditions.map(\.tokens)), pooled: pooled.isEmpty ? nil : blended(pooled)),
            embedding: nil
        ).telling(of: parts)
    }

    /// The condition of the empty text, as Stable Diffusion's guidance takes it, or for SDXL nothing but zeros.
    public func empty() throws -> Condition {
        let condition = try conditioning(of: "").condition
        guard taken.isEmptyZero else { return condition }
        return Condition(
            tokens: Tensor(zeros: condition.tokens.shape), pooled: condition.pooled.map { Tensor(zeros: $0.shape) })
    }

    public func load(_ stages: Pipeline.Stages) throws {
        if stages.contains(.sounds) { _ = try sounds() }
        if stages.contains(.words) { _ = try textEncoder() }
    }

    public func rest() { textEncoder.release() }

    public func release(_ stages: Pipeline.Stages) {
        if stages.contains(.sounds) {
            sounds.release()
            tokens?.release()
        }
        if stages.contains(.words) {
            textEncoder.release()
            recent = []
        }
    }
}
