import FrozenEncoders
import LatentDiffusion
import TensorCore

/// Makes a denoiser's conditions from words and sounds, in the one way that the denoiser was trained with. `SentencePoint`
/// serves denoisers that take a single vector.
@ComputeActor
public protocol Conditioner: AnyObject, Sendable {
    /// Shape of the conditions that it makes; nil until the parts that determine it are loaded. Throws `ModelError` when
    /// its parts do not fit each other.
    var shape: ConditionShape? { get throws }

    /// Throws `ModelError`.
    func conditioning(of words: String) throws -> Conditioning

    /// The conditioning of a sound. Throws `ModelError`, also for a sound encoded by another encoder; `ConditioningError` for a
    /// reading that the model does not allow.
    func conditioning(of sound: EncodedSound, as reading: SoundReading) throws -> Conditioning

    /// The prompts that say in words what a sound is, their weights summing to 1; none where it is none. Throws as
    /// `conditioning(of:as:)`.
    func prompts(of sound: EncodedSound, as reading: SoundReading) throws -> [WeightedPrompt]

    /// The embedding of a sound in the space of what is heard; nil where there is none. Throws `ModelError`.
    func embedding(of sound: EncodedSound) throws -> Embedding?

    /// Throws `ConditioningError` for a reading that the model does not allow, whatever the sound.
    func check(_ reading: SoundReading) throws

    /// Mixes conditionings that it made, at least one, by weights from 0 that sum to 1. Throws `ConditioningError` for
    /// those of others.
    func blend(_ parts: [WeightedConditioning]) throws -> Conditioning

    /// Returns the empty condition, for a denoiser that has learned no null condition of its own. Throws `ModelError`.
    func empty() throws -> Condition

    /// Loads the parts that it needs for sounds or words. Throws `ModelError`.
    func load(_ stages: Pipeline.Stages) throws

    /// Frees those parts; they are loaded again on demand.
    func release(_ stages: Pipeline.Stages)

    /// Frees what is large, and loaded sooner than a picture is drawn, while the denoiser works; conditions stay known.
    func rest()
}

extension Conditioner {
    public func load(_ stages: Pipeline.Stages) throws {}
    public func release(_ stages: Pipeline.Stages) {}
    public func rest() {}
}

extension Conditioner {
    /// The conditioning of a sound in the model's usual form. Throws `ModelError`.
    public func conditioning(of sound: EncodedSound) throws -> Conditioning {
        try conditioning(of: sound, as: SoundReading())
    }

    /// The blend of prompts by their weights, which sum to 1. Throws `ModelError`.
    func conditioning(of prompts: [WeightedPrompt]) throws -> Conditioning {
        var blended = try blend(
            prompts.map { WeightedConditioning(try conditioning(of: $0.text), weight: $0.weight) })
        // Prompts that differ in a name alone are cut alike.
        blended.warnings = Array(blended.warnings.prefix(1))
        return blended
    }
}

/// A condition, and the embedding that gives its meaning.
public struct Conditioning: Sendable {
    public let condition: Condition
    /// The embedding that the condition was made from; nil where there was no single one.
    public let embedding: Embedding?
    /// The prompts that it was made from, as far as there were any, by their shares.
    public var prompts: [WeightedPrompt] = []
    /// Warnings about the words that it was made from, each in one sentence.
    public var warnings: [String] = []

    public init(_ condition: Condition, embedding: Embedding?) {
        (self.condition, self.embedding) = (condition, embedding)
    }
}

/// A conditioning and its share in a blend.
public struct WeightedConditioning: Sendable {
    public let conditioning: Conditioning
    public let weight: Float

    public init(_ conditioning: Conditioning, weight: Float) {
        (self.conditioning, self.weight) = (conditioning, weight)
    }
}

extension Conditioning {
    /// The conditioning with what is to be said of the parts that it was blended from.
    func telling(of parts: [WeightedConditioning]) -> Conditioning {
        let sum = parts.reduce(0) { $0 + $1.weight }
        var blended = self
        blended.prompts = parts.flatMap { part in
            part.conditioning.prompts.map { WeightedPrompt($0.text, weight: $0.weight * part.weight / sum) }
        }
        blended.warnings = []
        for warning in parts.flatMap(\.conditioning.warnings) where !blended.warnings.contains(warning) {
            blended.warnings.append(warning)
        }
        return blended
    }
}
