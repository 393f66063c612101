import CSndfile
import Foundation

/// An open libsndfile decoder over a ``ByteSource``, closed with the last reference to it.
final class Decoder {
    let header: SF_INFO
    private let handle: OpaquePointer
    private let source: ByteSource

    /// Lock for opening: libsndfile keeps the reason of a failure in a global variable.
    private static let openingLock = NSLock()

    init(_ source: ByteSource) throws(AudioFileError) {
        var header = SF_INFO()
        var callbacks = Self.callbacks
        let context = Unmanaged.passUnretained(source).toOpaque()
        Self.openingLock.lock()
        let opened = sf_open_virtual(&callbacks, Int32(SFM_READ), &header, context)
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

    /// Returns the interleaved samples of at most `frames` frames; none at the end. Full scale is 1.
    func read(frames: Int) throws(AudioFileError) -> [Float] {
        let channels = Int(header.channels)
        var count = 0
        let samples = [Float](unsafeUninitializedCapacity: frames * channels) { buffer, initialized in
            count = Int(sf_readf_float(handle, buffer.baseAddress, sf_count_t(frames)))
            initialized = max(0, count) * channels
        }
        if let reason = source.failure { throw AudioFileError(file: source.name, problem: .unreadable(reason: reason)) }
        return samples
    }

    /// Number of frames that a header's count may exceed what can be decoded without anything missing: MPEG in a WAV
    /// counts the frames that the encoder was given, of which it may hold back two of its own.
    var lengthTolerance: Int64 {
        Int(header.format) & SF_FORMAT_SUBMASK == SF_FORMAT_MPEG_LAYER_III ? 2 * 1152 + 1105 : 0
    }

    /// The decoder's error message, or nil.
    var complaint: String? {
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
            get_filelen: { Decoder.source($0).length },
            seek: { offset, whence, context in
                let source = Decoder.source(context)
                let base: Int64 = whence == SEEK_CUR ? source.position : whence == SEEK_END ? source.length : 0
                let (target, overflow) = base.addingReportingOverflow(offset)
                guard !overflow, target >= 0 else { return -1 }
                source.position = target
                return target
            },
            read: { target, count, context in
                let source = Decoder.source(context)
                let done = source.read(
                    into: UnsafeMutableRawBufferPointer(start: target, count: Int(max(0, count))), at: source.position)
                source.position += Int64(done)
                return Int64(done)
            },
            write: { _, _, _ in 0 },
            tell: { Decoder.source($0).position })
    }

    private static func source(_ context: UnsafeMutableRawPointer?) -> ByteSource {
        Unmanaged<ByteSource>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
    }
}
