import CSndfile
import Foundation

/// An open libsndfile decoder over a ``ByteSource``, closed with the last reference to it.
final class SndfileDecoder: SoundDecoder {
    private let header: SF_INFO
    private let handle: OpaquePointer
    private let source: ByteSource
    private var framesRead: Int64 = 0

    /// Lock for opening: libsndfile keeps the reason of a failure in a global variable.
    private static let openingLock = NSLock()

    init(_ source: ByteSource) throws(AudioFileError) {
        var header = SF_INFO()
        var callbacks = Self.callbacks
        Self.openingLock.lock()
        let opened = sf_open_virtual(&callbacks, Int32(SFM_READ), &header, source.context)
        let code = sf_error(nil)
        let message = String(cString: sf_strerror(nil))
        Self.openingLock.unlock()
        guard let opened else {
            throw AudioFileError(file: source.name, problem: Self.openingProblem(source, code: code, message: message))
        }
        handle = opened
        self.header = header
        self.source = source
    }

    deinit {
        sf_close(handle)
    }

    var info: AudioInfo {
        let isEstimate = Int(header.format) & SF_FORMAT_TYPEMASK == SF_FORMAT_MPEG || header.frames == Int64.max
        return AudioInfo(
            sampleRate: Int(header.samplerate), channelCount: Int(header.channels),
            frameCount: isEstimate ? nil : header.frames)
    }

    func nextBlock() throws(AudioFileError) -> AudioBlock? {
        let channels = Int(header.channels)
        let frames = AudioBlock.largestSize / channels
        var count = 0
        let samples = [Float](unsafeUninitializedCapacity: frames * channels) { buffer, initialized in
            count = max(0, Int(sf_readf_float(handle, buffer.baseAddress, sf_count_t(frames))))
            initialized = count * channels
        }
        if let reason = source.failure { throw AudioFileError(file: source.name, problem: .unreadable(reason: reason)) }
        framesRead += Int64(count)
        return samples.isEmpty ? nil : AudioBlock(samples: samples, sampleRate: info.sampleRate, channelCount: channels)
    }

    var shortfalls: [AudioWarning.Kind] {
        if let complaint {
            let seconds = Double(framesRead) / Double(header.samplerate)
            return [.damaged(seconds: seconds, reason: complaint)]
        }
        guard let declared = info.frameCount, framesRead < declared else { return [] }
        return [.truncated(present: framesRead, declared: declared, unit: "frames")]
    }

    /// Whether it stopped at damage within a FLAC, beyond which there may be more.
    var hasLostFrames: Bool { Int(header.format) & SF_FORMAT_TYPEMASK == SF_FORMAT_FLAC && !shortfalls.isEmpty }

    /// The decoder's error message, or nil.
    private var complaint: String? {
        sf_error(handle) == Int32(SF_ERR_NO_ERROR) ? nil : Self.tidy(String(cString: sf_strerror(handle)))
    }

    private static func openingProblem(_ source: ByteSource, code: Int32, message: String) -> AudioFileError.Problem {
        /// SFE_BAD_SF_INFO and SFE_BAD_FILE in libsndfile's common.h; the public header leaves them out.
        let incompleteHeader: Int32 = 24
        let unusableFile: Int32 = 7
        if let reason = source.failure { return .unreadable(reason: reason) }
        switch code {
        case Int32(SF_ERR_UNRECOGNISED_FORMAT), unusableFile:
            return .notAudio
        case incompleteHeader:
            return .damaged(reason: "its header gives no usable sample rate, channel count or encoding")
        default:
            return .damaged(reason: tidy(message))
        }
    }

    /// Part of a sentence, from messages like "Error : flac decoder lost sync." and "Error in WAV file. No 'data' chunk
    /// marker."
    private static func tidy(_ message: String) -> String {
        message.replacing("Error : ", with: "").replacing(". ", with: ": ").trimmingCharacters(
            in: .whitespacesAndNewlines.union(CharacterSet(charactersIn: ".")))
    }

    private static var callbacks: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { ByteSource.behind($0).length },
            seek: { ByteSource.behind($2).seek($0, $1) },
            read: { Int64(ByteSource.behind($2).readOn(into: $0, count: Int($1))) },
            write: { _, _, _ in 0 },
            tell: { ByteSource.behind($0).position })
    }
}
