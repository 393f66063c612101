import FilesOnDisk
import Foundation
import SoundFrontEnd

/// A frozen network over sounds: an embedding of a whole clip and, of a tagger, the scores of its classes.
public protocol AudioEncoder: Sendable {
    /// Samples a second that the encoder listens at.
    var sampleRate: Int { get }

    /// Length of a sound's embedding.
    var embeddingLength: Int { get }

    /// Names of the classes, in the order of the scores; nil where the encoder is no tagger.
    var labels: [String]? { get }

    /// Encodes a sound of any length as it streams by; the waveform must have the encoder's `sampleRate`.
    ///
    /// - Throws: `EncoderError.silent` for a sound without a sample, `CancellationError` soon after the task is
    ///   cancelled, and what reading the sound throws: `AudioFileError` and `SignalError`.
    func listen(to waveform: Waveform, pooling: WindowPooling) throws -> EncodedSound
}

/// A sound as an audio encoder gives it.
public struct EncodedSound: Equatable, Sendable {
    public let embedding: [Float]
    /// From 0 to 1, one a class; nil of an encoder that is no tagger.
    public let scores: [Float]?
    /// How many windows were pooled into it.
    public let windowCount: Int

    public init(embedding: [Float], scores: [Float]?, windowCount: Int = 1) {
        (self.embedding, self.scores, self.windowCount) = (embedding, scores, windowCount)
    }
}

/// How the windows of a sound are pooled.
public enum WindowPooling: String, CaseIterable, Codable, Sendable {
    /// The mean of all windows.
    case mean
    /// The window with the greatest mean square, the first of equals.
    case loudest
    /// The first window.
    case first
}

/// The reason why an encoder made nothing of its input.
public enum EncoderError: DescribedError, Equatable {
    /// A sound without a single sample.
    case silent

    public var description: String {
        switch self {
        case .silent: "The sound has no samples, expected at least one."
        }
    }
}
