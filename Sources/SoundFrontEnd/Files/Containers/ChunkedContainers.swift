/// Containers of sized chunks, held to the size of sound that they declare, which libsndfile does not do: it quietly clamps
/// WAV and AIFF data to the bytes present, takes a streamed WAV whose size was never filled in for an empty one, and reads
/// the first of several `data` chunks alone.
enum ChunkedContainers {
    /// Smallest size that stands for "not known" in files written to a pipe: 0xFFFFFFFF (ffmpeg), 0x7FFFF000
    /// (espeak-ng), 0x7FFFFFFF and the like (SoX, arecord).
    private static let smallestPlaceholder: Int64 = 0x7FFF_0000
    /// Most chunks looked at: more than any honest file has.
    private static let largestChunkCount = 1000
    /// `wFormatTag` of MPEG audio of layers I and II, and of layer III (RFC 2361).
    private static let mpegTags: [Int64] = [0x50, 0x55]

    private struct Chunk {
        let name: String
        let offset: Int64
        let size: Int64

        func end(in source: ByteSource) -> Int64 { min(offset + size, source.length) }
    }

    static func streams(of source: ByteSource) -> SoundStreams {
        guard let head = source.bytes(at: 0, count: 12) else {
            return SoundStreams([.init(source: source, codec: .sndfile)])
        }
        let shortfall: AudioWarning.Kind?
        switch tag(head.prefix(4)) {
        case "RIFF": return wav(source, riffSize: integer(head[4..<8].reversed()))
        case "RF64": shortfall = longWAV(source)
        case "BW64":
            source.overlays.append((0, Array("RF64".utf8)))
            shortfall = longWAV(source)
        case "FORM":
            let sound = chunks(of: source, bigEndian: true).first { $0.name == "SSND" }
            shortfall = sound.flatMap { missing($0.size, from: $0.offset, of: source) }
        case "riff": shortfall = wave64(source)
        default: shortfall = au(source, head)
        }
        return SoundStreams([.init(source: source, codec: .sndfile)], lacking: shortfall.map { [$0] } ?? [])
    }

    /// The shortfall of `size` bytes of sound from `offset` on.
    private static func missing(_ size: Int64, from offset: Int64, of source: ByteSource) -> AudioWarning.Kind? {
        let present = max(0, source.length - offset)
        return size > present ? .truncated(present: present, declared: size, unit: "bytes") : nil
    }

    private static func wav(_ source: ByteSource, riffSize: Int64) -> SoundStreams {
        let chunks = chunks(of: source, bigEndian: false)
        let data = chunks.filter { $0.name == "data" }
        guard let first = data.first else { return SoundStreams([.init(source: source, codec: .sndfile)]) }
        // A finished file agrees with its own length; the header of a stream does not.
        let isFinished = abs(riffSize + 8 - source.length) <= 1
        let isOpenEnded = !isFinished && (first.size == 0 || first.size >= smallestPlaceholder)
        let shortfall = isOpenEnded ? nil : data.last.flatMap { missing($0.size, from: $0.offset, of: source) }
        let lacking = shortfall.map { [$0] } ?? []
        let format = chunks.first { $0.name == "fmt " }.flatMap { source.bytes(at: $0.offset, count: 2) }
        if let format, mpegTags.contains(integer(format.reversed())) {
            let ranges = isOpenEnded ? [first.offset..<source.length] : data.map { $0.offset..<$0.end(in: source) }
            return SoundStreams([.init(source: ByteSource(source, ranges: ranges), codec: .mpeg)], lacking: lacking)
        }
        if isOpenEnded {
            // The one header with which libsndfile reads to the end even beyond 4 GiB: a RIFF of 8 bytes, data of none.
            source.overlays += [(4, [8, 0, 0, 0]), (first.offset - 4, [0, 0, 0, 0])]
        } else if data.count > 1 {
            return SoundStreams([.init(source: joined(data, of: source), codec: .sndfile)], lacking: lacking)
        }
        return SoundStreams([.init(source: source, codec: .sndfile)], lacking: lacking)
    }

    /// A WAV whose first `data` chunk holds the sound of all.
    private static func joined(_ data: [Chunk], of source: ByteSource) -> ByteSource {
        let sound = data.map { $0.offset..<$0.end(in: source) }
        let joined = ByteSource(source, ranges: [0..<sound[0].upperBound] + sound.dropFirst())
        let size = UInt32(clamping: sound.reduce(0) { $0 + Int64($1.count) })
        joined.overlays = [(data[0].offset - 4, withUnsafeBytes(of: size.littleEndian) { Array($0) })]
        return joined
    }

    /// An RF64 or BW64, whose size of the sound stands in `ds64` (EBU Tech 3306, section 3; ITU-R BS.2088).
    private static func longWAV(_ source: ByteSource) -> AudioWarning.Kind? {
        let chunks = chunks(of: source, bigEndian: false)
        guard let sizes = chunks.first(where: { $0.name == "ds64" }),
            let size = source.bytes(at: sizes.offset + 8, count: 8), size[7] == 0,
            let data = chunks.first(where: { $0.name == "data" })
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

    /// Walks an IFF or RIFF file: a four-letter tag, a 32-bit size, then that many bytes padded to an even number.
    private static func chunks(of source: ByteSource, bigEndian: Bool) -> [Chunk] {
        var chunks: [Chunk] = []
        var offset: Int64 = 12
        while chunks.count < largestChunkCount, let head = source.bytes(at: offset, count: 8) {
            let size = integer(bigEndian ? Array(head[4..<8]) : head[4..<8].reversed())
            chunks.append(Chunk(name: tag(head[0..<4]), offset: offset + 8, size: size))
            offset += 8 + size + size % 2
        }
        return chunks
    }

    private static func integer(_ bytes: [UInt8]) -> Int64 { bytes.reduce(0) { $0 << 8 | Int64($1) } }
}
