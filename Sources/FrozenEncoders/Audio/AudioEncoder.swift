import FilesOnDisk
import Foundation
import SoundFrontEnd

/// A frozen network over sounds: gives the embedding of a whole clip and, if it is a tagger, the scores of its classes.
public protocol AudioEncoder: Sendable {
    /// Sample rate that the encoder takes, in samples a second.
    var sampleRate: Int { get }

    /// Length of a sound's embedding.
    var embeddingLength: Int { get }

    /// Names of the classes, in the order of the scores; nil where the encoder is not a tagger.
    var labels: [String]? { get }

    /// Encodes a sound of any length as a stream.
    ///
    /// - Throws: `EncoderError` for a waveform of another rate or without a sample, `CancellationError` soon after the task is
    ///   cancelled, and the errors of reading the sound: `AudioFileError` and `SignalError`.
    func listen(to waveform: Waveform, pooling: WindowPooling) throws -> EncodedSound
}

/// An audio encoder's output for one sound.
public struct EncodedSound: Equatable, Sendable {
    public let embedding: [Float]
    /// Class scores, each from 0 to 1; nil for an encoder that is not a tagger.
    public let scores: [Float]?
    /// Number of windows that were pooled.
    public let windowCount: Int
    /// Pooling of the windows, as whoever asked for it notes.
    public var pooling = WindowPooling.mean
    /// Seconds of the sound that were listened to, as whoever listened notes.
    public var secondsHeard: Double?
    /// Audible traits, as whoever listened notes them; nil for silence.
    public var traits: SoundTraits?
    /// Warnings about the sound, such as that it ends early, each in one sentence.
    public var warnings: [String] = []

    public init(embedding: [Float], scores: [Float]?, windowCount: Int = 1) {
        (self.embedding, self.scores, self.windowCount) = (embedding, scores, windowCount)
    }
}

/// The pooling of a sound's windows.
public enum WindowPooling: String, CaseIterable, Codable, Sendable {
    /// The mean of all windows.
    case mean
    /// The window with the greatest mean square; of equals, the first.
    case loudest
    /// The first window.
    case first
}

/// Reasons why an encoder made nothing of its input.
public enum EncoderError: DescribedError, Equatable {
    /// A sound without a single sample.
    case silent
    /// A waveform that was not resampled.
    case sampleRate(found: Int, expected: Int)

    public var description: String {
        switch self {
        case .sampleRate(let found, let expected):
            "The sound has \(found) samples a second, expected \(expected)."
        case .silent: "The sound is empty, or too short for a single sample at the encoder's rate."
        }
    }
}
