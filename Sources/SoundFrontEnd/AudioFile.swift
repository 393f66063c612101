import CSndfile
import Foundation

/// A sound file decoded block by block by libsndfile: WAV in all its encodings, FLAC, Ogg Vorbis, Opus, AIFF, MP3 and
/// whatever else the installed library knows. The format is told from the contents, never from the name.
///
/// A file that holds less sound than it declares, that lacks its end or is damaged on the way is used as far as it goes, with a
/// warning; only one without any sound is an error. A WAV written to a pipe, whose size was never filled in, is read to
/// its end. MP3 has no reliable length: all that can be decoded is taken.
public final class AudioFile {
    public static let sampleRates = 1_000...768_000
    public static let channelCounts = 1...64
    /// Largest allowed magnitude of a sample. Full scale is 1, yet float files that hold raw 16- or 32-bit integers
    /// exist and are accepted. Anything beyond is an error, and so are NaN and infinity: one such value would spread
    /// silently over everything computed from it.
    public static let largestSample: Float = 0x1p32

    /// The file's name as the caller gave it.
    public let name: String
    public let info: AudioInfo
    /// Shortfalls known so far; all of them after the last block.
    public private(set) var warnings: [AudioWarning]
    private let decoder: Decoder
    private let blockFrames: Int
    private var framesRead: Int64 = 0
    private var hasEnded = false

    /// Opens a regular file; errors name it by `path`.
    public convenience init(path: String) throws(AudioFileError) {
        try self.init(ByteSource(path: path))
    }

    /// Decodes a whole file held in memory; errors call it `name`.
    public convenience init(bytes: Data, name: String) throws(AudioFileError) {
        try self.init(ByteSource(bytes: bytes, name: name))
    }

    /// Reads a pipe to its end into an unnamed temporary file, then decodes that; errors call it `name`.
    public convenience init(spooling pipe: FileHandle, name: String) throws(AudioFileError) {
        try self.init(ByteSource(spooling: pipe.fileDescriptor, name: name))
    }

    private init(_ source: ByteSource) throws(AudioFileError) {
        guard source.length > 0 else { throw AudioFileError(file: source.name, problem: .empty) }
        name = source.name
        let shortfall = ContainerCheck.shortfall(of: source)
        warnings = shortfall.map { [AudioWarning(file: source.name, kind: $0)] } ?? []
        decoder = try Decoder(source)
        info = AudioInfo(decoder.header)
        guard Self.channelCounts.contains(info.channelCount) else {
            throw AudioFileError(file: name, problem: .channelCount(info.channelCount))
        }
        guard Self.sampleRates.contains(info.sampleRate) else {
            throw AudioFileError(file: name, problem: .sampleRate(info.sampleRate))
        }
        blockFrames = 65_536 / info.channelCount
    }

    /// Returns the next block, interleaved `[frames, channels]`, full scale 1, or nil at the end. A block is at most
    /// 65,536 samples, whatever the length of the file.
    ///
    /// Throws `.sampleValue`, `.unreadable`, and for a file without sound `.damaged` or `.noSamples`.
    public func nextBlock() throws(AudioFileError) -> [Float]? {
        let block = try decoder.read(frames: blockFrames)
        guard !block.isEmpty else {
            try checkEnd()
            return nil
        }
        // The negation catches NaN, which compares false.
        if let index = block.firstIndex(where: { !($0.magnitude <= Self.largestSample) }) {
            let frame = framesRead + Int64(index / info.channelCount)
            throw AudioFileError(file: name, problem: .sampleValue(frame: frame))
        }
        framesRead += Int64(block.count / info.channelCount)
        return block
    }

    private func checkEnd() throws(AudioFileError) {
        guard !hasEnded else { return }
        hasEnded = true
        let complaint = decoder.complaint
        guard framesRead > 0 else {
            throw AudioFileError(file: name, problem: complaint.map { .damaged(reason: $0) } ?? .noSamples)
        }
        if let complaint {
            let seconds = Double(framesRead) / Double(info.sampleRate)
            warnings.append(AudioWarning(file: name, kind: .damaged(seconds: seconds, reason: complaint)))
        } else if let declared = info.frameCount, framesRead < declared - decoder.lengthTolerance, warnings.isEmpty {
            warnings.append(
                AudioWarning(file: name, kind: .truncated(present: framesRead, declared: declared, unit: "frames")))
        }
    }
}

extension AudioInfo {
    fileprivate init(_ header: SF_INFO) {
        let isEstimate = Int(header.format) & SF_FORMAT_TYPEMASK == SF_FORMAT_MPEG || header.frames == Int64.max
        self.init(
            sampleRate: Int(header.samplerate), channelCount: Int(header.channels),
            frameCount: isEstimate ? nil : header.frames)
    }
}

/// Facts from a sound file's header.
public struct AudioInfo: Equatable, Sendable {
    /// Frames per second.
    public let sampleRate: Int
    public let channelCount: Int
    /// Number of frames, each one sample of every channel; nil where the container does not say or only estimates (a
    /// streamed FLAC, MP3).
    public let frameCount: Int64?

    /// The duration in seconds.
    public var duration: Double? { frameCount.map { Double($0) / Double(sampleRate) } }
}
