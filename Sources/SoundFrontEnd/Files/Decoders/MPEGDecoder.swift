import CMPG123
import Foundation

/// MPEG audio, MP3 above all, decoded frame by frame by libmpg123 to the end of its bytes, across changes of rate and
/// channels and across whatever lies between frames. Its length is never guessed.
final class MPEGDecoder: SoundDecoder {
    /// Frames that encoders promise beyond those that they write.
    private static let tolerance: Int64 = 2

    private let source: ByteSource
    private let handle: OpaquePointer
    private let promisedFrames: Int64?
    private var frames: Int64 = 0
    private var seconds = 0.0
    /// Where the next frame must begin; nil before the first.
    private var nextFrame: Int64?
    private var gaps: [(seconds: Double, bytes: Int64)] = []
    private var complaint: String?
    private var hasNewFormat = false
    private var hasEnded = false
    private(set) var info: AudioInfo

    init(_ source: ByteSource) throws(AudioFileError) {
        var code: Int32 = 0
        guard let handle = mpg123_new(nil, &code) else {
            throw AudioFileError(file: source.name, problem: .damaged(reason: Self.message(code)))
        }
        self.source = source
        self.handle = handle
        promisedFrames = MPEGHeader.promisedFrames(in: source)
        info = AudioInfo(sampleRate: 0, channelCount: 0, frameCount: nil)
        set(MPG123_REMOVE_FLAGS, Int(MPG123_AUTO_RESAMPLE.rawValue))
        for flag in [MPG123_FORCE_FLOAT, MPG123_GAPLESS, MPG123_QUIET, MPG123_SKIP_ID3V2] {
            set(MPG123_ADD_FLAGS, Int(flag.rawValue))
        }
        // Whatever its length, junk is passed over.
        set(MPG123_RESYNC_LIMIT, -1)
        mpg123_replace_reader_handle(handle, Self.read, Self.seek, nil)
        guard mpg123_open_handle(handle, source.context) == MPG123_OK.rawValue,
            readFormat()
        else {
            let reason = source.failure.map { AudioFileError.Problem.unreadable(reason: $0) }
            throw AudioFileError(
                file: source.name, problem: reason ?? .damaged(reason: Self.message(mpg123_errcode(handle))))
        }
    }

    deinit {
        mpg123_delete(handle)
    }

    func nextBlock() throws(AudioFileError) -> AudioBlock? {
        var samples: [Float] = []
        if hasNewFormat { hasEnded = !readFormat() }
        hasNewFormat = false
        while !hasEnded, samples.count < AudioBlock.largestSize - Self.largestFrame {
            var (number, bytes, audio) = (off_t(0), 0, UnsafeMutablePointer<UInt8>?.none)
            let status = mpg123_decode_frame(handle, &number, &audio, &bytes)
            if let audio, bytes > 0 {
                audio.withMemoryRebound(to: Float.self, capacity: bytes / 4) {
                    samples += UnsafeBufferPointer(start: $0, count: bytes / 4)
                }
            }
            if status == MPG123_OK.rawValue {
                noteFrame()
            } else if status == MPG123_NEW_FORMAT.rawValue {
                guard samples.isEmpty else {
                    hasNewFormat = true
                    break
                }
                hasEnded = !readFormat()
            } else {
                hasEnded = true
                if status != MPG123_DONE.rawValue { complaint = Self.message(mpg123_errcode(handle)) }
            }
        }
        if let reason = source.failure { throw AudioFileError(file: source.name, problem: .unreadable(reason: reason)) }
        guard !samples.isEmpty else { return nil }
        return AudioBlock(samples: samples, sampleRate: info.sampleRate, channelCount: info.channelCount)
    }

    var shortfalls: [AudioWarning.Kind] {
        var shortfalls: [AudioWarning.Kind] = []
        if let first = gaps.first {
            let places = gaps.count == 1 ? "" : " in \(gaps.count) places"
            let reason = "\(gaps.reduce(0) { $0 + $1.bytes }) bytes\(places) are no MPEG audio"
            shortfalls.append(.gap(seconds: first.seconds, reason: reason))
        }
        if let complaint {
            shortfalls.append(.damaged(seconds: seconds, reason: complaint))
        } else if hasEnded, let promisedFrames, frames + Self.tolerance < promisedFrames {
            shortfalls.append(.truncated(present: frames, declared: promisedFrames, unit: "MPEG frames"))
        }
        return shortfalls
    }

    private func set(_ parameter: mpg123_parms, _ value: Int) {
        mpg123_param2(handle, Int32(parameter.rawValue), value, 0)
    }

    /// Samples of the largest frame: 1152 of either channel.
    private static let largestFrame = 2304

    /// Counts the frame that was decoded, and notes bytes passed over before it.
    private func noteFrame() {
        var header = mpg123_frameinfo2()
        guard mpg123_info2(handle, &header) == MPG123_OK.rawValue else { return }
        let start = Int64(mpg123_framepos(handle))
        if let nextFrame, start > nextFrame, !isTag(at: nextFrame) {
            gaps.append((seconds, start - nextFrame))
        }
        nextFrame = start + Int64(header.framesize)
        frames += 1
        seconds += Double(mpg123_spf(handle)) / Double(max(1, header.rate))
    }

    /// Tags of ID3 and APE stand between the frames of joined files.
    private func isTag(at offset: Int64) -> Bool {
        let head = tag(source.bytes(at: offset, count: 4) ?? [])
        return head.hasPrefix("ID3") || head.hasPrefix("TAG") || head == "APET" || head == "LYRI"
    }

    /// Returns false where the decoder has none.
    private func readFormat() -> Bool {
        var (rate, channels, encoding) = (0, Int32(0), Int32(0))
        guard mpg123_getformat(handle, &rate, &channels, &encoding) == MPG123_OK.rawValue, rate > 0, channels > 0,
            encoding == MPG123_ENC_FLOAT_32.rawValue
        else { return false }
        info = AudioInfo(sampleRate: rate, channelCount: Int(channels), frameCount: nil)
        return true
    }

    private static func message(_ code: Int32) -> String { String(cString: mpg123_plain_strerror(code)) }

    private static let read: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int) -> Int = {
        let source = ByteSource.behind($0)
        let done = source.readOn(into: $1, count: $2)
        return source.failure == nil ? done : -1
    }

    private static let seek: @convention(c) (UnsafeMutableRawPointer?, off_t, Int32) -> off_t = {
        off_t(ByteSource.behind($0).seek(Int64($1), $2))
    }
}
