/// Checks whether a container holds all the sound that it declares, which libsndfile does not tell. libsndfile quietly
/// clamps WAV and AIFF data to the bytes present, takes a streamed WAV whose size was never filled in for an empty one,
/// and reads an Ogg stream without an end as far as it goes.
enum ContainerCheck {
    /// Smallest size that stands for "not known" in files written to a pipe: 0xFFFFFFFF (ffmpeg), 0x7FFFF000
    /// (espeak-ng), 0x7FFFFFFF and the like (SoX, arecord).
    private static let smallestPlaceholder: Int64 = 0x7FFF_0000
    /// Most chunks before the sound: more than any honest file has.
    private static let largestChunkCount = 1000
    /// Largest Ogg page: 27 header bytes, at most 255 lacing bytes and 255 · 255 bytes of body (RFC 3533, section 6).
    private static let largestOggPage = 27 + 255 + 255 * 255

    /// Throws `.truncated` or `.unendedStream` where `source` lacks sound that it declares; patches the header that
    /// `source` shows where a streamed WAV must be read to its end. Unknown containers pass.
    static func examine(_ source: ByteSource) throws(AudioFileError) {
        guard let head = source.bytes(at: 0, count: 12) else { return }
        switch (tag(head[0..<4]), tag(head[8..<12])) {
        case ("RIFF", "WAVE"):
            try examineWAV(source, riffSize: integer(head[4..<8].reversed()))
        case ("FORM", "AIFF"), ("FORM", "AIFC"):
            try examineAIFF(source)
        case ("OggS", _):
            try examineOgg(source)
        default:
            return
        }
    }

    private static func examineWAV(_ source: ByteSource, riffSize: Int64) throws(AudioFileError) {
        guard let data = chunk("data", of: source, bigEndian: false) else { return }
        let present = source.length - data.offset
        // A finished file agrees with its own length; the header of a stream does not.
        let isFinished = abs(riffSize + 8 - source.length) <= 1
        if !isFinished, data.size == 0 || data.size >= smallestPlaceholder {
            // The one header with which libsndfile reads to the end even beyond 4 GiB: a RIFF of 8 bytes, data of none.
            source.overlays = [(4, [8, 0, 0, 0]), (data.offset - 4, [0, 0, 0, 0])]
        } else if data.size > present {
            throw AudioFileError(
                file: source.name, problem: .truncated(present: present, declared: data.size, unit: "bytes"))
        }
    }

    private static func examineAIFF(_ source: ByteSource) throws(AudioFileError) {
        guard let sound = chunk("SSND", of: source, bigEndian: true) else { return }
        let present = source.length - sound.offset
        guard sound.size <= present else {
            throw AudioFileError(
                file: source.name, problem: .truncated(present: present, declared: sound.size, unit: "bytes"))
        }
    }

    /// Checks the end of an Ogg stream: flag 4 of the sixth byte marks its last page (RFC 3533, section 6).
    private static func examineOgg(_ source: ByteSource) throws(AudioFileError) {
        let count = Int(min(source.length, Int64(2 * largestOggPage)))
        let tail = source.bytes(at: source.length - Int64(count), count: count) ?? []
        let capture = Array("OggS".utf8)
        for start in stride(from: tail.count - 27, through: 0, by: -1) where tail[start] == capture[0] {
            let lacing = start + 27
            let segments = Int(tail[start + 26])
            guard tail[start..<start + 4].elementsEqual(capture), lacing + segments <= tail.count else { continue }
            let body = tail[lacing..<lacing + segments].reduce(0) { $0 + Int($1) }
            let isWhole = lacing + segments + body <= tail.count
            if isWhole, tail[start + 5] & 4 != 0 { return }
            break
        }
        throw AudioFileError(file: source.name, problem: .unendedStream)
    }

    /// Walks an IFF or RIFF file: a four-letter tag, a 32-bit size, then that many bytes padded to an even number.
    private static func chunk(
        _ wanted: String, of source: ByteSource, bigEndian: Bool
    ) -> (offset: Int64, size: Int64)? {
        var offset: Int64 = 12
        for _ in 0..<largestChunkCount {
            guard let head = source.bytes(at: offset, count: 8) else { return nil }
            let size = integer(bigEndian ? Array(head[4..<8]) : head[4..<8].reversed())
            if tag(head[0..<4]) == wanted { return (offset + 8, size) }
            offset += 8 + size + size % 2
        }
        return nil
    }

    private static func tag(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

    private static func integer(_ bytes: [UInt8]) -> Int64 { bytes.reduce(0) { $0 << 8 | Int64($1) } }
}
