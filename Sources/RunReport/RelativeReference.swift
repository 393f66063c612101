import Foundation

/// The relative reference from a page to a file (RFC 3986, 4.2), as an attribute of the page holds it.
///
/// Every byte of a name but the unreserved ones of RFC 3986 is percent-encoded, so that names that are not UTF-8, and
/// names with `#`, `?`, `%`, quotes or line breaks, lead to their files as well.
public struct RelativeReference: Sendable, Hashable {
    public let text: String

    /// - Parameters:
    ///   - file: a path's bytes, absolute.
    ///   - folder: the bytes of the page's folder, absolute.
    ///
    /// Both must have no `.`, `..` or links among their folders (`AbsolutePath`), because a browser resolves `..`
    /// textually.
    public init(to file: AbsolutePath, from folder: AbsolutePath) {
        let shared = zip(file.parts, folder.parts).prefix { $0 == $1 }.count
        let up = Array(repeating: "..", count: folder.parts.count - shared)
        let down = file.parts.dropFirst(shared).map(Self.encoded)
        // A first part with a colon would be taken for a scheme, but a colon is always encoded.
        text = (up + down).joined(separator: "/")
    }

    private static func encoded(_ part: [UInt8]) -> String {
        var text = ""
        for byte in part {
            if isUnreserved(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%"
                text.unicodeScalars.append(Unicode.Scalar(hexadecimal[Int(byte >> 4)]))
                text.unicodeScalars.append(Unicode.Scalar(hexadecimal[Int(byte & 15)]))
            }
        }
        return text
    }

    private static let hexadecimal = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
