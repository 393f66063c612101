import FilesOnDisk

/// An error about a sound that could not be read. Its description is one sentence that names the file, says what was
/// wrong with it and what was expected.
public struct AudioFileError: DescribedError, Equatable {
    public enum Problem: Equatable, Sendable {
        case missing
        case directory
        /// A FIFO, socket or device: its length is unknown and it cannot be read twice.
        case notRegularFile
        /// The operating system refused; `reason` is its message.
        case unreadable(reason: String)
        /// A file of no bytes.
        case empty
        case notAudio
        /// A sound file whose header or data cannot be decoded; `reason` is the decoder's message.
        case damaged(reason: String)
        case sampleRate(Int)
        case channelCount(Int)
        /// A well-formed file of no samples.
        case noSamples
        /// A sample that is NaN, infinite, or beyond ``AudioFile/largestSample``.
        case sampleValue(frame: Int64)
    }

    /// The file's name as the caller gave it.
    public let file: String
    public let problem: Problem
}

extension AudioFileError {
    public var description: String {
        switch problem {
        case .missing:
            "\(file) does not exist; expected a sound file."
        case .directory:
            "\(file) is a directory; expected a sound file."
        case .notRegularFile:
            "\(file) is a pipe, socket or device; expected a regular file."
        case .unreadable(let reason):
            "\(file) cannot be read (\(reason)); expected a readable sound file."
        case .empty:
            "\(file) is empty; expected a sound file."
        case .notAudio:
            "\(file) is not recognised as sound; expected WAV, FLAC, Ogg Vorbis, Opus, AIFF or MP3."
        case .damaged(let reason):
            "\(file) cannot be decoded (\(reason)); expected an undamaged sound file."
        case .sampleRate(let rate):
            "\(file) declares \(rate) samples a second; expected \(AudioFile.sampleRates.lowerBound) to "
                + "\(AudioFile.sampleRates.upperBound)."
        case .channelCount(let count):
            "\(file) declares \(count) channels; expected 1 to \(AudioFile.channelCounts.upperBound)."
        case .noSamples:
            "\(file) holds no samples; expected at least one."
        case .sampleValue(let frame):
            "\(file) holds a value in frame \(frame) that is not a number or far out of range; expected finite samples."
        }
    }
}
