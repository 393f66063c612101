/// FLAC files, alone or joined (RFC 9639, section 8).
enum FLACStreams {
    /// The marker and the head of the block that must follow it, of 34 bytes.
    private static let beginning: [UInt8] = Array("fLaC".utf8) + [0, 0, 0, 34]
    /// Bits a sample that libsndfile reads.
    private static let usualBits = [8, 16, 24]
    private static let block = 1 << 20

    static func streams(of source: ByteSource) -> SoundStreams {
        let starts = [0] + starts(in: source).filter { $0 > 0 }
        let ends = starts.dropFirst() + [source.length]
        return SoundStreams(
            zip(starts, ends).map { start, end in
                let stream = starts.count == 1 ? source : ByteSource(source, ranges: [start..<end])
                return SoundStream(source: stream, codec: codec(of: stream))
            })
    }

    /// How a stream of native FLAC is decoded.
    static func codec(of stream: ByteSource) -> SoundStream.Codec {
        // The bits stand behind the rate and the channels, less one: five bits across the 21st and 22nd byte.
        guard let head = stream.bytes(at: 0, count: 22) else { return .sndfile }
        let bits = Int(head[20] & 1) << 4 + Int(head[21] >> 4) + 1
        return usualBits.contains(bits) ? .sndfile : .foreign("FLAC of \(bits) bits a sample")
    }

    private static func starts(in source: ByteSource) -> [Int64] {
        var starts: [Int64] = []
        for offset in stride(from: 0, to: source.length, by: block) {
            let count = min(Int64(block + beginning.count - 1), source.length - offset)
            guard let bytes = source.bytes(at: offset, count: Int(count)) else { break }
            starts += bytes.withUnsafeBytes(places).map { offset + Int64($0) }
        }
        return starts
    }

    private static func places(in bytes: UnsafeRawBufferPointer) -> [Int] {
        let wanted = beginning.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        return (0..<max(0, bytes.count - beginning.count + 1)).filter {
            bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self) == wanted
        }
    }
}
