import FilesOnDisk
import Foundation
import FrozenEncoders
import LatentDiffusion
import TensorCore

/// Makes a denoiser's conditions from words and sounds, in the one way that the denoiser was trained with. `SentencePoint`
/// serves denoisers that take a single vector.
@ComputeActor
public protocol Conditioner: AnyObject, Sendable {
    /// Shape of the conditions that it makes; nil until the parts that determine it are loaded.
    var shape: ConditionShape? { get }

    /// Throws `ModelError`.
    func conditioning(of words: String) throws -> Conditioning

    /// Throws `ModelError`, also for a sound encoded by another encoder.
    func conditioning(of sound: EncodedSound) throws -> Conditioning

    /// Mixes words and a sound; `audioWeight` is the share of the sound, from 0 (words alone) to 1 (sound alone).
    func blend(words: Conditioning, sound: Conditioning, audioWeight: Float) throws -> Conditioning

    /// Returns the empty condition, for a denoiser that has learned no null condition of its own. Throws `ModelError`.
    func empty() throws -> Condition
}

extension Conditioner {
    /// Makes the conditioning of a sound, of words or of both. Throws `ModelError`; `ConditioningError` when neither is
    /// given.
    public func conditioning(of sound: EncodedSound?, prompt: String?, audioWeight: Float) throws -> Conditioning {
        let heard = try sound.map(conditioning(of:))
        let said = try prompt.map(conditioning(of:))
        switch (said, heard) {
        case (let words?, let sound?): return try blend(words: words, sound: sound, audioWeight: audioWeight)
        case (let only?, nil), (nil, let only?): return only
        case (nil, nil): throw ConditioningError.nothingGiven
        }
    }
}

/// A condition, and the embedding that gives its meaning.
public struct Conditioning: Sendable {
    public let condition: Condition
    /// The embedding that the condition was made from; nil where there was no single one.
    public let embedding: Embedding?

    public init(_ condition: Condition, embedding: Embedding?) {
        (self.condition, self.embedding) = (condition, embedding)
    }
}

/// Reasons why no condition can be made.
public enum ConditioningError: DescribedError, Equatable {
    case nothingGiven

    public var description: String {
        switch self {
        case .nothingGiven: "Neither a sound nor a prompt was given; a picture needs at least one of them."
        }
    }
}
