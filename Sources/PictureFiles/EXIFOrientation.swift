/// The orientation of the camera: the turn or flip that makes the stored rows upright (EXIF 2.32, tag 274; the raw
/// values are the standard's).
enum EXIFOrientation: Int, CaseIterable {
    case upright = 1
    case mirrored, turnedAround, flipped, transposed, turnedLeft, transversed, turnedRight

    /// Reads the orientation from a JPEG's EXIF segment; nil where it has none or the segment is broken, because the
    /// picture is complete without it.
    init?(ofJPEG bytes: [UInt8]) {
        guard let exif = Self.segment(of: bytes), let value = Self.orientation(inTIFF: exif) else { return nil }
        self.init(rawValue: value)
    }

    /// Returns the picture upright.
    func upright(_ stored: Picture) throws -> Picture {
        if self == .upright { return stored }
        let (width, height) = swapsSides ? (stored.height, stored.width) : (stored.width, stored.height)
        var pixels = [UInt8](repeating: 0, count: stored.pixels.count)
        for y in 0..<height {
            for x in 0..<width {
                let (column, row) = source(x, y, stored.width - 1, stored.height - 1)
                let (from, to) = ((row * stored.width + column) * 3, (y * width + x) * 3)
                for channel in 0..<3 { pixels[to + channel] = stored.pixels[from + channel] }
            }
        }
        return try Picture(width: width, height: height, pixels: pixels)
    }

    private var swapsSides: Bool { rawValue >= Self.transposed.rawValue }

    /// The stored pixel that is shown at column `x`, row `y`; `right` and `bottom` are the last stored column and row.
    private func source(_ x: Int, _ y: Int, _ right: Int, _ bottom: Int) -> (column: Int, row: Int) {
        switch self {
        case .upright: (x, y)
        case .mirrored: (right - x, y)
        case .turnedAround: (right - x, bottom - y)
        case .flipped: (x, bottom - y)
        case .transposed: (y, x)
        case .turnedLeft: (y, bottom - x)
        case .transversed: (right - y, bottom - x)
        case .turnedRight: (right - y, x)
        }
    }
}

// MARK: Finding it

extension EXIFOrientation {
    /// The bytes after the name in a JPEG's first APP1 segment called “Exif”.
    private static func segment(of bytes: [UInt8]) -> ArraySlice<UInt8>? {
        let name = Array("Exif\0\0".utf8)
        var at = 2
        while at + 4 <= bytes.count, bytes[at] == 0xff {
            let marker = bytes[at + 1]
            if marker == 0xff {  // a filler
                at += 1
                continue
            }
            if marker == 0xda || marker == 0xd9 { return nil }  // pixels or the end
            if marker == 0x01 || (0xd0...0xd8).contains(marker) {  // without a length
                at += 2
                continue
            }
            let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
            guard length >= 2, at + 2 + length <= bytes.count else { return nil }
            let contents = bytes[at + 4..<at + 2 + length]
            if marker == 0xe1, contents.starts(with: name) { return contents.dropFirst(name.count) }
            at += 2 + length
        }
        return nil
    }

    /// Tag 274 of the first directory of a TIFF structure, in either byte order.
    private static func orientation(inTIFF bytes: ArraySlice<UInt8>) -> Int? {
        let reader = TIFFNumbers(bytes: Array(bytes))
        guard let reader, let directory = reader.number(at: 4, bytes: 4),
            let count = reader.number(at: directory, bytes: 2)
        else { return nil }
        for entry in 0..<count {
            let at = directory + 2 + 12 * entry
            guard let tag = reader.number(at: at, bytes: 2), let type = reader.number(at: at + 2, bytes: 2),
                let value = reader.number(at: at + 8, bytes: 2)
            else { return nil }
            if tag == 274 { return type == 3 ? value : nil }  // 3: an unsigned short
        }
        return nil
    }
}

/// Reads whole numbers of a TIFF structure at offsets from its beginning.
private struct TIFFNumbers {
    private let bytes: [UInt8]
    private let isLittleEndian: Bool

    /// Nil where the bytes do not begin as a TIFF structure does.
    init?(bytes: [UInt8]) {
        let isLittleEndian = bytes.starts(with: [0x49, 0x49, 42, 0])
        guard isLittleEndian || bytes.starts(with: [0x4d, 0x4d, 0, 42]) else { return nil }
        (self.bytes, self.isLittleEndian) = (bytes, isLittleEndian)
    }

    /// Reads a number; nil where the structure ends before it.
    func number(at start: Int, bytes count: Int) -> Int? {
        guard start + count <= bytes.count else { return nil }
        let field = bytes[start..<start + count]
        return (isLittleEndian ? field.reversed() : Array(field)).reduce(0) { $0 << 8 | Int($1) }
    }
}
