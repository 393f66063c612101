import FilesOnDisk

/// An error about a sound that could not be read. Its description is one sentence that names the file, says what was
/// wrong with it and what was expected.
public struct AudioFileError: DescribedError, Equatable {
    public enum Problem: Equatable, Sendable {
        case missing
        case directory
        /// A socket or device.
        case notRegularFile
        /// The operating system refused; `reason` is its message.
        case unreadable(reason: String)
        /// A file of no bytes.
        case empty
        case notAudio
        /// A format that only the `ffmpeg` program reads, which is not installed.
        case foreign(format: String)
        /// A sound file whose header or data cannot be decoded; `reason` is the decoder's message.
        case damaged(reason: String)
        case sampleRate(Int)
        case channelCount(Int)
        /// A well-formed file without a sample, or a film without sound.
        case noSamples
        /// A sample that is NaN, infinite, or beyond ``AudioFile/largestSample``.
        case sampleValue(frame: Int64)
    }

    /// The file's name as the caller gave it.
    public let file: String
    public let problem: Problem
}

extension AudioFileError {
    /// The fault alone, as part of another sentence.
    var reason: String {
        if case .damaged(let reason) = problem { return reason }
        return String(description.dropFirst(file.count + 1).prefix { $0 != ";" })
    }

    public var description: String {
        switch problem {
        case .missing:
            "\(file) does not exist; expected a sound file."
        case .directory:
            "\(file) is a directory; expected a sound file."
        case .notRegularFile:
            "\(file) is a socket or device; expected a file or a pipe."
        case .unreadable(let reason):
            "\(file) cannot be read (\(reason)); expected a readable sound file."
        case .empty:
            "\(file) is empty; expected a sound file."
        case .notAudio:
            "\(file) is not recognised as sound; expected WAV, FLAC, Ogg, Opus, AIFF, MP3 or, where ffmpeg is installed, "
                + "what that reads."
        case .foreign(let format):
            "\(file) is \(format), which is read through the ffmpeg program; expected ffmpeg to be installed, or the sound "
                + "as WAV, FLAC, Ogg, Opus, AIFF or MP3."
        case .damaged(let reason):
            "\(file) cannot be decoded (\(reason)); expected a sound of which at least a part can."
        case .sampleRate(let rate):
            "\(file) declares \(rate) samples a second; expected \(AudioFile.sampleRates.lowerBound) to "
                + "\(AudioFile.sampleRates.upperBound)."
        case .channelCount(let count):
            "\(file) declares \(count) channels; expected 1 to \(AudioFile.channelCounts.upperBound)."
        case .noSamples:
            "\(file) holds no sound; expected at least one sample."
        case .sampleValue(let frame):
            "\(file) holds a value in frame \(frame) that is not a number or far out of range; expected finite samples."
        }
    }
}
