import Foundation

/// A sound file decoded block by block: WAV in all its encodings, FLAC, Ogg Vorbis, Opus, AIFF and whatever else the
/// installed libsndfile knows; MPEG audio, MP3 above all, by libmpg123; everything else, films among it, by the `ffmpeg`
/// program where one is installed. The format is told from the contents, never from the name.
///
/// Streams joined one behind the other are all heard, each at its own rate. A file that holds less sound than it declares,
/// that lacks its end or is damaged on the way is used as far as it goes, with a warning; only one without any sound is an
/// error. A WAV written to a pipe, whose size was never filled in, is read to its end.
public final class AudioFile {
    public static let sampleRates = 1_000...768_000
    public static let channelCounts = 1...64
    /// Largest allowed magnitude of a sample. Full scale is 1, yet float files that hold raw 16- or 32-bit integers
    /// exist and are accepted. Anything beyond is an error, and so are NaN and infinity: one such value would spread
    /// silently over everything computed from it.
    public static let largestSample: Float = 0x1p32

    /// Seconds that packets may hold beyond what is heard; what encoders trim off the first and last block is less.
    private static let smallestOutside = 0.1

    /// The file's name as the caller gave it.
    public let name: String
    /// Facts of the first stream.
    public let info: AudioInfo
    /// Shortfalls known so far; all of them after the last block.
    public private(set) var warnings: [AudioWarning] = []
    private let ffmpeg: String?
    private var stream: SoundStream
    private var later: ArraySlice<SoundStream>
    private var decoder: any SoundDecoder
    private var seconds = 0.0
    /// Seconds before the current stream.
    private var secondsBefore = 0.0
    private var framesRead: Int64 = 0
    private var hasEnded = false

    /// Opens a regular file, or reads a pipe to its end; errors name it by `path`.
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

    /// - Parameter ffmpeg: the program's path; nil where there is none.
    init(_ source: ByteSource, ffmpeg: String? = FFmpegProcess.installed) throws(AudioFileError) {
        guard source.length > 0 else { throw AudioFileError(file: source.name, problem: .empty) }
        let found = SoundStreams(of: source)
        (name, self.ffmpeg) = (source.name, ffmpeg)
        (stream, later) = (found.streams[0], found.streams.dropFirst())
        decoder = try Self.open(stream, ffmpeg: ffmpeg)
        info = decoder.info
        try Self.check(info, name)
        warn(found.shortfalls)
    }

    /// Returns the next block, or nil at the end. A block is at most 65,536 samples, whatever the length of the file.
    ///
    /// Throws `.sampleValue`, `.unreadable`, and for a file without sound `.damaged` or `.noSamples`.
    public func nextBlock() throws(AudioFileError) -> AudioBlock? {
        while !hasEnded {
            if let block = try decoder.nextBlock() {
                try check(block)
                framesRead += Int64(block.frameCount)
                seconds += block.duration
                return block
            }
            try openNext()
        }
        return nil
    }

    /// Goes on behind the end of a decoder: with ffmpeg, which finds a way past damage, or with the next stream.
    private func openNext() throws(AudioFileError) {
        let shortfalls = decoder.shortfalls.map { $0.moved(by: secondsBefore) }
        if let broken = decoder as? SndfileDecoder, broken.hasLostFrames, let ffmpeg,
            let rest = try? FFmpegDecoder(stream.source, program: ffmpeg, from: seconds - secondsBefore)
        {
            warn([.gap(seconds: seconds, reason: "FLAC frames are damaged")])
            decoder = rest
            return
        }
        warn(shortfalls)
        if shortfalls.isEmpty, let whole = stream.seconds, whole - (seconds - secondsBefore) >= Self.smallestOutside {
            warn([.outside(seconds: whole - (seconds - secondsBefore))])
        }
        while let next = later.popFirst() {
            (stream, secondsBefore) = (next, seconds)
            do {
                decoder = try Self.open(next, ffmpeg: ffmpeg)
                try Self.check(decoder.info, name)
                return
            } catch {
                warn([.damaged(seconds: seconds, reason: error.reason)])
            }
        }
        hasEnded = true
        guard framesRead == 0 else { return }
        if case .damaged(_, let reason)? = shortfalls.last {
            throw AudioFileError(file: name, problem: .damaged(reason: reason))
        }
        throw AudioFileError(file: name, problem: .noSamples)
    }

    private func warn(_ kinds: [AudioWarning.Kind]) {
        for kind in kinds {
            // The container and the decoder may both say that the sound ends early.
            if case .truncated = kind, !warnings.isEmpty { continue }
            warnings.append(AudioWarning(file: name, kind: kind))
        }
    }

    private static func open(_ stream: SoundStream, ffmpeg: String?) throws(AudioFileError) -> any SoundDecoder {
        switch stream.codec {
        case .mpeg: return try MPEGDecoder(stream.source)
        case .foreign(let format):
            guard let ffmpeg else { throw AudioFileError(file: stream.source.name, problem: .foreign(format: format)) }
            return try FFmpegDecoder(stream.source, program: ffmpeg)
        case .sndfile:
            do {
                return try SndfileDecoder(stream.source)
            } catch {
                guard let ffmpeg, let decoder = try? FFmpegDecoder(stream.source, program: ffmpeg) else { throw error }
                return decoder
            }
        }
    }

    private static func check(_ info: AudioInfo, _ name: String) throws(AudioFileError) {
        guard channelCounts.contains(info.channelCount) else {
            throw AudioFileError(file: name, problem: .channelCount(info.channelCount))
        }
        guard sampleRates.contains(info.sampleRate) else {
            throw AudioFileError(file: name, problem: .sampleRate(info.sampleRate))
        }
    }

    private func check(_ block: AudioBlock) throws(AudioFileError) {
        // The negation catches NaN, which compares false.
        guard let index = block.samples.firstIndex(where: { !($0.magnitude <= Self.largestSample) }) else { return }
        throw AudioFileError(file: name, problem: .sampleValue(frame: framesRead + Int64(index / block.channelCount)))
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
