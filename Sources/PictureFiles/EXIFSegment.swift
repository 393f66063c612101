import Foundation

/// The EXIF of a picture (EXIF 2.32, 4.5 and 4.6): a TIFF structure of directories with tagged values.
///
/// Whatever is broken in it is as if it were not there, because the picture is complete without it.
struct EXIFSegment {
    private let tiff: TIFFNumbers

    /// Finds the first APP1 segment called “Exif”; nil for none, or one that is no TIFF structure.
    init?(ofJPEG bytes: [UInt8]) {
        guard let segment = Self.segment(of: bytes) else { return nil }
        self.init(tiff: segment)
    }

    /// Takes the eXIf chunk of a PNG (PNG specification, third edition, section 11.3.4.5).
    init?(ofPNG bytes: [UInt8], _ chunks: PNGChunks) {
        guard let chunk = chunks.all.first(where: { $0.type == "eXIf" }) else { return nil }
        self.init(tiff: bytes[chunk.data])
    }

    /// Takes the EXIF chunk of a WebP (RFC 9649, section 2.7.1.5), which some programs begin as a JPEG's segment.
    init?(ofWebP bytes: [UInt8]) {
        var at = 12
        while at + 8 <= bytes.count {
            let size = bytes[at + 4..<at + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
            let end = at + 8 + size
            guard end <= bytes.count else { return nil }
            if bytes[at..<at + 4].elementsEqual("EXIF".utf8) {
                let contents = bytes[at + 8..<end]
                self.init(tiff: contents.starts(with: Self.name) ? contents.dropFirst(Self.name.count) : contents)
                return
            }
            at = end + size % 2
        }
        return nil
    }

    private init?(tiff bytes: ArraySlice<UInt8>) {
        guard let tiff = TIFFNumbers(bytes: Array(bytes)) else { return nil }
        self.tiff = tiff
    }

    private static let name = Array("Exif\0\0".utf8)

    /// Tag 274: an unsigned short.
    var orientation: Int? {
        guard let entry = entry(274, in: firstDirectory), tiff.number(at: entry + 2, bytes: 2) == 3 else { return nil }
        return tiff.number(at: entry + 8, bytes: 2)
    }

    /// Tag 37510, the user comment: eight bytes that name the characters, then the text.
    var userComment: String? {
        guard let pointer = entry(34_665, in: firstDirectory), let directory = tiff.number(at: pointer + 8, bytes: 4),
            let entry = entry(37_510, in: directory), let count = tiff.number(at: entry + 4, bytes: 4), count > 8,
            let start = tiff.number(at: entry + 8, bytes: 4), let bytes = tiff.bytes(at: start, count: count)
        else { return nil }
        let text = bytes.dropFirst(8)
        return bytes.starts(with: Array("UNICODE\0".utf8)) ? Self.utf16(text) : String(validating: text, as: UTF8.self)
    }

    private var firstDirectory: Int? { tiff.number(at: 4, bytes: 4) }

    /// The position of a tag's entry of twelve bytes: tag, type, count, value or its position.
    private func entry(_ wanted: Int, in directory: Int?) -> Int? {
        guard let directory, let count = tiff.number(at: directory, bytes: 2) else { return nil }
        return (0..<count).lazy.map { directory + 2 + 12 * $0 }.first { tiff.number(at: $0, bytes: 2) == wanted }
    }

    /// EXIF does not say in which order the bytes of its UTF-16 stand. Most programs write the higher first, whatever the
    /// order of the structure; of letters that most texts are made of it is zero.
    private static func utf16(_ bytes: some Collection<UInt8>) -> String? {
        let bytes = Array(bytes)
        let zeros = bytes.indices.lazy.filter { bytes[$0] == 0 }
        let isLittleEndian = zeros.count { $0 % 2 == 1 } > zeros.count { $0 % 2 == 0 }
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { at in
            let (first, second) = (UInt16(bytes[at]), UInt16(bytes[at + 1]))
            return isLittleEndian ? second << 8 | first : first << 8 | second
        }
        return String(validating: units.first == 0xfeff ? units.dropFirst() : units[...], as: UTF16.self)
    }

    /// The bytes after the segment's name.
    private static func segment(of bytes: [UInt8]) -> ArraySlice<UInt8>? {
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
        guard let field = self.bytes(at: start, count: count) else { return nil }
        return (isLittleEndian ? field.reversed() : Array(field)).reduce(0) { $0 << 8 | Int($1) }
    }

    func bytes(at start: Int, count: Int) -> ArraySlice<UInt8>? {
        start + count <= bytes.count ? bytes[start..<start + count] : nil
    }
}
