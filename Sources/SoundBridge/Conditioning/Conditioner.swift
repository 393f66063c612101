import FilesOnDisk
import Foundation
import FrozenEncoders
import LatentDiffusion
import TensorCore

/// Makes a denoiser's conditions of words and sounds. One for each way of conditioning: `SentencePoint`.
@ComputeActor
public protocol Conditioner: AnyObject, Sendable {
    /// Conditions that it makes; nil before the parts are loaded that tell.
    var shape: ConditionShape? { get }

    /// Throws `ModelError`.
    func conditioning(of words: String) throws -> Conditioning

    /// Throws `ModelError`, for a sound of another encoder too.
    func conditioning(of sound: EncodedSound) throws -> Conditioning

    /// Words and sound together; `audioWeight` is the share of the sound, 0 (words alone) to 1 (sound alone).
    func blend(words: Conditioning, sound: Conditioning, audioWeight: Float) throws -> Conditioning

    /// The condition that says nothing, of a conditioner whose denoiser has learned none. Throws `ModelError`.
    func empty() throws -> Condition?
}

extension Conditioner {
    public func empty() throws -> Condition? { nil }

    /// What a sound, words or both lead to. Throws `ModelError`; `ConditioningError` when neither is given.
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

/// A condition, and the embedding that says what it means.
public struct Conditioning: Sendable {
    public let condition: Condition
    /// Nil where the condition was made of no single embedding.
    public let embedding: Embedding?

    public init(_ condition: Condition, embedding: Embedding?) {
        (self.condition, self.embedding) = (condition, embedding)
    }
}

/// The reason why no condition could be made.
public enum ConditioningError: DescribedError, Equatable {
    case nothingGiven

    public var description: String {
        switch self {
        case .nothingGiven: "Neither a sound nor a prompt was given; a picture needs at least one of them."
        }
    }
}
