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

    /// Throws `ModelError`, also for a sound encoded by another encoder.
    func conditioning(of sound: EncodedSound) throws -> Conditioning

    /// The conditioning of a sound in a prompt, its names in the place of `SoundPrompt.placeholder`. Throws `ModelError`.
    func conditioning(of sound: EncodedSound, in template: String) throws -> Conditioning

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

/// A prompt with a place for a sound's names.
public enum SoundPrompt {
    /// Stands for a sound's name in a prompt.
    public static let placeholder = "{sound}"

    /// The prompt with a name in that place.
    static func filled(_ template: String, with name: String) -> String {
        template.replacing(placeholder, with: name)
    }
}

extension Conditioner {
    /// The prompts that a sound's names make of a template, by their shares. Throws `ModelError`.
    func prompts(
        for sound: EncodedSound, in template: String, _ adapter: any SoundNaming, count: Int
    ) throws -> [WeightedConditioning] {
        try adapter.names(of: sound, count: count).map { name in
            WeightedConditioning(
                try conditioning(of: SoundPrompt.filled(template, with: name.label)), weight: name.score)
        }
    }
}

/// A condition, and the embedding that gives its meaning.
public struct Conditioning: Sendable {
    public let condition: Condition
    /// The embedding that the condition was made from; nil where there was no single one.
    public let embedding: Embedding?
    /// Warnings about the words that it was made from, each in one sentence.
    public var warnings: [String] = []
    /// Prompts that a text encoder read for it, by their shares; none where it is made otherwise.
    public var prompts: [WeightedPrompt] = []

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
