/// The length of a Vorbis stream by its packets, whatever its pages say (Vorbis I, sections 1.3.2 and 4.3.8): two
/// neighbouring blocks overlap, so that each packet but the first adds a quarter of its own size and of the one before.
struct VorbisLength {
    /// Frames that the packets hold so far.
    private(set) var frames: Int64 = 0
    private var heads: [[UInt8]] = []
    private var unfinished: [UInt8] = []
    private var blocks: VorbisBlocks?
    private var sizeBefore: Int?
    /// A setup header takes some kilobytes.
    private static let largestHead = 1 << 20

    /// Adds the packets that a page ends; `body` reads its bytes.
    mutating func add(lacing: [UInt8], body: [UInt8]) {
        var rest = body[...]
        for size in lacing {
            let part = rest.prefix(Int(size))
            rest = rest.dropFirst(Int(size))
            // Of a packet of sound the first byte is enough.
            if heads.count < 3, unfinished.count < Self.largestHead {
                unfinished += part
            } else if unfinished.isEmpty {
                unfinished += part.prefix(1)
            }
            if size < 255 { endPacket() }
        }
    }

    private mutating func endPacket() {
        defer { unfinished = [] }
        guard heads.count == 3 else {
            heads.append(unfinished)
            if heads.count == 3 { blocks = VorbisBlocks(identification: heads[0], setup: heads[2]) }
            return
        }
        guard let blocks, let first = unfinished.first, let size = blocks.size(ofPacketBeginningWith: first) else {
            return
        }
        if let sizeBefore { frames += Int64(sizeBefore / 4 + size / 4) }
        sizeBefore = size
    }
}

/// The block sizes of a Vorbis stream and the one that each mode takes.
private struct VorbisBlocks {
    private let sizes: (short: Int, long: Int)
    private let isLong: [Bool]

    /// Returns nil for heads that are none. The modes end the setup header, which begins with codebooks of any length, so they
    /// are read backwards, as FFmpeg does (libavcodec/vorbis_parser.c).
    init?(identification: [UInt8], setup: [UInt8]) {
        guard identification.count >= 30, setup.starts(with: [5] + Array("vorbis".utf8)) else { return nil }
        let exponents = (Int(identification[28] & 15), Int(identification[28] >> 4))
        guard (6...13).contains(exponents.0), (exponents.0...13).contains(exponents.1) else { return nil }
        sizes = (1 << exponents.0, 1 << exponents.1)
        let bits = Bits(bytes: setup)
        // Each mode is a flag, 16 bits of window type, 16 of transform, both zero, and 8 of mapping; a framing bit follows.
        let modeSize = 41
        guard var start = (0..<setup.count * 8).last(where: { bits[$0, 1] == 1 }) else { return nil }
        var (flags, found): ([Bool], [Bool]?) = ([], nil)
        while start - modeSize >= 6, flags.count < 64, bits[start - modeSize + 1, 32] == 0, bits[start - 8, 8] < 64 {
            start -= modeSize
            flags.insert(bits[start, 1] == 1, at: 0)
            if bits[start - 6, 6] + 1 == flags.count { found = flags }
        }
        guard let found else { return nil }
        isLong = found
    }

    /// Returns nil for a packet that is no sound.
    func size(ofPacketBeginningWith byte: UInt8) -> Int? {
        let mode = Int(byte >> 1) & ((1 << (Int.bitWidth - (isLong.count - 1).leadingZeroBitCount)) - 1)
        guard byte & 1 == 0, isLong.indices.contains(mode) else { return nil }
        return isLong[mode] ? sizes.long : sizes.short
    }

    /// Numbers of some bits, the lowest bit of a byte first.
    private struct Bits {
        let bytes: [UInt8]

        subscript(start: Int, count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[(start + $1) / 8] >> ((start + $1) % 8) & 1) << $1 }
        }
    }
}
