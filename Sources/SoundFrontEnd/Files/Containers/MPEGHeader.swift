/// The four bytes before every frame of MPEG audio, MP3 among them (ISO 11172-3, section 2.4.1.3, and ISO 13818-3).
struct MPEGHeader {
    let isVersion1: Bool
    /// 1, 2 or 3.
    let layer: Int
    let sampleRate: Int
    let isMono: Bool
    /// Bytes of the frame, these four included; nil for a free bit rate, which does not tell.
    let frameSize: Int?

    /// Nil where the bytes are no header.
    init?(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes.prefix(4))
        guard bytes.count == 4, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 else { return nil }
        let (version, layer) = (bytes[1] >> 3 & 3, 4 - Int(bytes[1] >> 1 & 3))
        let (bitRate, rate) = (Int(bytes[2] >> 4), Int(bytes[2] >> 2 & 3))
        guard version != 1, layer < 4, bitRate < 15, rate < 3, bytes[3] & 3 != 2 else { return nil }
        isVersion1 = version == 3
        self.layer = layer
        sampleRate = [44_100, 48_000, 32_000][rate] >> (version == 3 ? 0 : version == 2 ? 1 : 2)
        isMono = bytes[3] >> 6 == 3
        let row = isVersion1 ? layer - 1 : layer == 1 ? 3 : 4
        let (bits, padding) = (Self.kilobits[row][bitRate] * 1000, Int(bytes[2] >> 1 & 1))
        switch (bitRate, layer) {
        case (0, _): frameSize = nil
        case (_, 1): frameSize = (12 * bits / sampleRate + padding) * 4
        default: frameSize = (layer == 3 && !isVersion1 ? 72 : 144) * bits / sampleRate + padding
        }
    }

    private static let kilobits = [
        Array(stride(from: 0, through: 448, by: 32)),
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ]

    /// Bytes searched for a first frame, behind zeros, padding or whatever a recorder left.
    private static let searched = 1 << 20
    /// Frames that must follow one another to be believed.
    private static let chain = 4

    /// Returns the offset of the first frame that others follow, or the sound's end; nil where the bytes are no MPEG audio.
    static func firstFrame(in source: ByteSource) -> Int64? {
        let window = source.bytes(at: 0, count: Int(min(Int64(searched), source.length))) ?? []
        return window.indices.first { index in
            window[index] == 0xFF && isFollowed(Int64(index), in: source)
        }.map(Int64.init)
    }

    /// Whether a header stands at `start`, and others where it says that they must.
    static func isFollowed(_ start: Int64, in source: ByteSource) -> Bool {
        var offset = start
        var first: Self?
        for count in 0..<chain {
            if count > 0, offset == source.length { return true }
            guard let bytes = source.bytes(at: offset, count: 4), let header = Self(bytes), let size = header.frameSize,
                first?.isLike(header) ?? true
            else { return false }
            first = header
            offset += Int64(size)
        }
        return true
    }

    private func isLike(_ other: Self) -> Bool {
        isVersion1 == other.isVersion1 && layer == other.layer && sampleRate == other.sampleRate
    }

    /// Returns the number of frames that the Xing or Info tag in the first frame promises, itself not counted; nil where
    /// there is none (Xing VBR header, as LAME writes it).
    static func promisedFrames(in source: ByteSource) -> Int64? {
        guard let bytes = source.bytes(at: 0, count: 4), let header = Self(bytes), header.layer == 3 else { return nil }
        let sideInformation = header.isVersion1 ? (header.isMono ? 17 : 32) : header.isMono ? 9 : 17
        guard let found = source.bytes(at: Int64(4 + sideInformation), count: 12),
            ["Xing", "Info"].contains(tag(found.prefix(4))), found[7] & 1 == 1
        else { return nil }
        return found[8..<12].reduce(0) { $0 << 8 | Int64($1) }
    }
}
