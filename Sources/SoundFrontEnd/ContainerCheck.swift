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

    /// Returns what `source` lacks of the sound that it declares; patches the header that `source` shows where a streamed
    /// WAV must be read to its end. Of unknown containers nothing is said.
    static func shortfall(of source: ByteSource) -> AudioWarning.Kind? {
        guard let head = source.bytes(at: 0, count: 28) else { return nil }
        switch (tag(head[0..<4]), tag(head[8..<12])) {
        case ("RIFF", "WAVE"): return wav(source, riffSize: integer(head[4..<8].reversed()))
        case ("RF64", "WAVE"), ("BW64", "WAVE"): return longWAV(source)
        case ("FORM", "AIFF"), ("FORM", "AIFC"):
            return chunk("SSND", of: source, bigEndian: true).flatMap { missing($0.size, from: $0.offset, of: source) }
        case ("riff", _): return wave64(source)
        case (".snd", _): return au(source, head)
        case ("OggS", _): return hasEnd(source) ? nil : .unendedStream
        default: return nil
        }
    }

    /// The shortfall of `size` bytes of sound from `offset` on.
    private static func missing(_ size: Int64, from offset: Int64, of source: ByteSource) -> AudioWarning.Kind? {
        let present = max(0, source.length - offset)
        return size > present ? .truncated(present: present, declared: size, unit: "bytes") : nil
    }

    private static func wav(_ source: ByteSource, riffSize: Int64) -> AudioWarning.Kind? {
        guard let data = chunk("data", of: source, bigEndian: false) else { return nil }
        // A finished file agrees with its own length; the header of a stream does not.
        let isFinished = abs(riffSize + 8 - source.length) <= 1
        if !isFinished, data.size == 0 || data.size >= smallestPlaceholder {
            // The one header with which libsndfile reads to the end even beyond 4 GiB: a RIFF of 8 bytes, data of none.
            source.overlays = [(4, [8, 0, 0, 0]), (data.offset - 4, [0, 0, 0, 0])]
            return nil
        }
        return missing(data.size, from: data.offset, of: source)
    }

    /// An RF64 or BW64, whose size of the sound stands in `ds64` (EBU Tech 3306, section 3; ITU-R BS.2088).
    private static func longWAV(_ source: ByteSource) -> AudioWarning.Kind? {
        guard let sizes = chunk("ds64", of: source, bigEndian: false),
            let size = source.bytes(at: sizes.offset + 8, count: 8), size[7] == 0,
            let data = chunk("data", of: source, bigEndian: false)
        else { return nil }
        return missing(integer(size.reversed()), from: data.offset, of: source)
    }

    /// A Wave64: chunks with tags of 16 bytes and sizes of 64 bits that count the head of 24 bytes, each at a multiple of
    /// eight (Sony's Wave64 specification).
    private static func wave64(_ source: ByteSource) -> AudioWarning.Kind? {
        var offset: Int64 = 40
        for _ in 0..<largestChunkCount {
            guard let head = source.bytes(at: offset, count: 24), head[23] == 0 else { return nil }
            let size = integer(head[16..<24].reversed())
            guard size >= 24, size < Int64.max / 2 else { return nil }
            if tag(head[0..<4]) == "data" { return missing(size - 24, from: offset + 24, of: source) }
            offset += (size + 7) / 8 * 8
        }
        return nil
    }

    /// A Sun or NeXT file: where the sound begins, then its size, which may be unknown.
    private static func au(_ source: ByteSource, _ head: [UInt8]) -> AudioWarning.Kind? {
        let (offset, size) = (integer(Array(head[4..<8])), integer(Array(head[8..<12])))
        return size == 0xFFFF_FFFF ? nil : missing(size, from: offset, of: source)
    }

    /// Checks the end of an Ogg stream: flag 4 of the sixth byte marks its last page (RFC 3533, section 6).
    private static func hasEnd(_ source: ByteSource) -> Bool {
        let count = Int(min(source.length, Int64(2 * largestOggPage)))
        let tail = source.bytes(at: source.length - Int64(count), count: count) ?? []
        let capture = Array("OggS".utf8)
        for start in stride(from: tail.count - 27, through: 0, by: -1) where tail[start] == capture[0] {
            let lacing = start + 27
            let segments = Int(tail[start + 26])
            guard tail[start..<start + 4].elementsEqual(capture), lacing + segments <= tail.count else { continue }
            let body = tail[lacing..<lacing + segments].reduce(0) { $0 + Int($1) }
            let isWhole = lacing + segments + body <= tail.count
            return isWhole && tail[start + 5] & 4 != 0
        }
        return false
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
