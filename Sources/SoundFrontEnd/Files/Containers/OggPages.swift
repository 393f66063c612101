/// The pages of an Ogg file in their order (RFC 3533, section 6).
struct OggPages: Sequence, IteratorProtocol {
    struct Page {
        let offset: Int64
        let lacing: [UInt8]
        let body: Range<Int64>
        let flags: UInt8
        let granule: Int64
        let serial: UInt32
        let sequence: UInt32

        var isFirst: Bool { flags & 2 != 0 }
        var isLast: Bool { flags & 4 != 0 }
    }

    private static let capture = Array("OggS".utf8)
    private static let headSize = 27
    private static let window = 1 << 16

    private let source: ByteSource
    private var offset: Int64 = 0

    init(_ source: ByteSource) { self.source = source }

    /// Returns the next whole page whose checksum is right; whatever lies before it is passed over.
    mutating func next() -> Page? {
        while let place = nextCapture() {
            if let page = page(at: place) {
                offset = page.body.upperBound
                return page
            }
            offset = place + 1
        }
        return nil
    }

    private func nextCapture() -> Int64? {
        var offset = offset
        while offset + Int64(Self.headSize) <= source.length {
            let count = Int(Swift.min(Int64(offset == self.offset ? 4 : Self.window), source.length - offset))
            guard let bytes = source.bytes(at: offset, count: count) else { return nil }
            if let found = bytes.indices.dropLast(3).first(where: {
                bytes[$0] == Self.capture[0] && bytes[$0...].starts(with: Self.capture)
            }) {
                return offset + Int64(found)
            }
            offset += Int64(Swift.max(1, count - 3))
        }
        return nil
    }

    private func page(at offset: Int64) -> Page? {
        guard let head = source.bytes(at: offset, count: Self.headSize), head[4] == 0,
            let lacing = source.bytes(at: offset + Int64(Self.headSize), count: Int(head[26]))
        else { return nil }
        let size = lacing.reduce(0) { $0 + Int($1) }
        let start = offset + Int64(Self.headSize + lacing.count)
        guard let body = source.bytes(at: start, count: size) else { return nil }
        var blank = head
        blank.replaceSubrange(22..<26, with: [0, 0, 0, 0])
        guard Self.checksum(blank, lacing, body) == UInt32(little: head[22..<26]) else { return nil }
        return Page(
            offset: offset, lacing: lacing, body: start..<start + Int64(size), flags: head[5],
            granule: Int64(bitPattern: UInt64(little: head[6..<14])), serial: UInt32(little: head[14..<18]),
            sequence: UInt32(little: head[18..<22]))
    }

    /// CRC of polynomial 0x04C11DB7, neither reflected nor inverted.
    static func checksum(_ parts: [UInt8]...) -> UInt32 {
        var value: UInt32 = 0
        for part in parts {
            for byte in part { value = value << 8 ^ table[Int(value >> 24) ^ Int(byte)] }
        }
        return value
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index) << 24) { value, _ in value << 1 ^ (value >> 31) * 0x04C1_1DB7 }
    }
}

extension FixedWidthInteger {
    /// The lowest byte comes first.
    init(little bytes: some BidirectionalCollection<UInt8>) { self = bytes.reversed().reduce(0) { $0 << 8 | Self($1) } }
}
