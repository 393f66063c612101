import Foundation

/// JPEG files with nothing in them but an EXIF user comment, laid out as piexif does, by which stable-diffusion-webui
/// writes it.
public enum JPEGComment {
    /// - Parameter comment: eight bytes that name the characters, then the text.
    public static func jpeg(_ comment: Data) -> Data {
        var tiff = Data([0x4d, 0x4d, 0, 42]) + number(8, 4)
        tiff += entry(tag: 0x8769, type: 4, count: 1, value: 26) + number(0, 4)
        tiff += entry(tag: 0x9286, type: 7, count: comment.count, value: 40)
        let segment = Data("Exif\0\0".utf8) + tiff + comment
        return Data([0xff, 0xd8, 0xff, 0xe1]) + number(segment.count + 2, 2) + segment + Data([0xff, 0xd9])
    }

    /// A comment in UTF-16, the higher byte first, or the lower.
    public static func unicode(_ text: String, isLittleEndian: Bool = false) -> Data {
        let units = text.utf16.flatMap {
            isLittleEndian ? [UInt8($0 & 255), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 255)]
        }
        return Data("UNICODE\0".utf8) + Data(units)
    }

    /// A directory's count and its one entry, 14 bytes.
    private static func entry(tag: Int, type: Int, count: Int, value: Int) -> Data {
        number(1, 2) + number(tag, 2) + number(type, 2) + number(count, 4) + number(value, 4)
    }

    private static func number(_ value: Int, _ bytes: Int) -> Data {
        Data((0..<bytes).reversed().map { UInt8(value >> (8 * $0) & 255) })
    }
}
