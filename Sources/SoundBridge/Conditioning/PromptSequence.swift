import FrozenEncoders
import LatentDiffusion
import TensorCore

/// Makes conditions that are the token states of a prompt, as Stable Diffusion takes them: 77 of them, and the pooled vector
/// where the model wants it.
///
/// A sound is the blend of the prompts with its names. Prompts are blended as compel's `.blend()` does it: the sum of their
/// token states by weights that sum to 1.
@ComputeActor
public final class PromptSequence: Conditioner {
    /// Names that a sound is made of, unless it is said otherwise.
    public nonisolated static let usualNameCount = 5

    private let template: String
    private let nameCount: Int
    private let taken: TextConditioning
    private let textEncoder: LazyPart<any TextEncoder>
    private let sounds: LazyPart<any SoundNaming>
    /// The last conditions, so that a name that many sounds have in common is encoded once.
    private var recent: [(words: String, conditioning: Conditioning)] = []

    /// Some 15 MB for Stable Diffusion 1.x, 40 for SDXL.
    private static let mostRecent = 64

    /// - Parameters:
    ///   - template: The prompt for a sound, with `{sound}` where its name comes.
    ///   - nameCount: The most names that a sound is made of, at least 1.
    ///   - conditioning: What the denoiser takes of the text encoder's output.
    ///   - textEncoder: Makes the token states, as many for each text.
    ///   - sounds: Names sounds.
    public nonisolated init(
        template: String = "a photo of \(SoundPrompt.placeholder)", nameCount: Int = usualNameCount,
        conditioning: TextConditioning = .tokens,
        textEncoder: LazyPart<any TextEncoder>, sounds: LazyPart<any SoundNaming>
    ) {
        (self.template, self.nameCount, taken) = (template, nameCount, conditioning)
        (self.textEncoder, self.sounds) = (textEncoder, sounds)
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

    public func conditioning(of sound: EncodedSound) throws -> Conditioning {
        try conditioning(of: sound, in: template)
    }

    /// Without a placeholder in the template the sound says nothing. The embedding is the sound's.
    public func conditioning(of sound: EncodedSound, in template: String) throws -> Conditioning {
        let adapter = try sounds()
        let blended = try blend(prompts(for: sound, in: template, adapter, count: nameCount))
        var conditioning = Conditioning(blended.condition, embedding: try adapter.embedding(of: sound))
        conditioning.prompts = blended.prompts
        return conditioning
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
        var conditioning = Conditioning(
            Condition(tokens: blended(conditions.map(\.tokens)), pooled: pooled.isEmpty ? nil : blended(pooled)),
            embedding: nil)
        conditioning.prompts = parts.flatMap { part in
            part.conditioning.prompts.map { WeightedPrompt($0.text, weight: $0.weight * part.weight / sum) }
        }.filter { $0.weight > 0 }
        return conditioning
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
        if stages.contains(.sounds) { sounds.release() }
        if stages.contains(.words) {
            textEncoder.release()
            recent = []
        }
    }
}
