import CPNGFile
import Foundation

/// One text chunk of a PNG: a keyword and its text.
///
/// Stored as tEXt where every character is printable Latin-1 or a newline, else as iTXt in UTF-8; either way the text
/// survives unchanged. Readers of the common `parameters` chunk know both.
public struct PNGText: Sendable, Hashable {
    /// 1 to 79 printable characters of Latin-1, without leading, trailing or doubled spaces.
    public let keyword: String
    /// Any text without the character U+0000.
    public let text: String

    /// Checks the keyword and the text.
    ///
    /// - Throws: `PictureError.text` where the keyword or the text is not as described above.
    public init(keyword: String, text: String) throws {
        guard PNGText.isKeyword(keyword) else {
            throw PictureError.text(
                "the keyword \"\(keyword)\" is not 1 to 79 printable Latin-1 characters without stray spaces")
        }
        guard !text.unicodeScalars.contains("\0") else {
            throw PictureError.text("the text of \"\(keyword)\" contains the character U+0000")
        }
        self.keyword = keyword
        self.text = text
    }

    /// Reads the text chunks of a PNG file in the file's order; the pixels are not decoded.
    ///
    /// - Throws: `PictureFileError` naming the file.
    public static func read(contentsOf url: URL, limits: PictureLimits = PictureLimits()) throws -> [PNGText] {
        try PNGTextReader(
            bytes: InputFile.read(url, limit: limits.fileBytes), file: url.relativePath, limits: limits
        ).texts()
    }

    /// Reads the text chunks of a PNG in memory, like `read(contentsOf:limits:)`.
    ///
    /// - Parameter name: The name that errors use.
    public static func read(
        png data: Data, name: String = "the PNG data", limits: PictureLimits = PictureLimits()
    ) throws -> [PNGText] {
        try PNGTextReader(bytes: [UInt8](data), file: name, limits: limits).texts()
    }

    private static func isKeyword(_ keyword: String) -> Bool {
        let scalars = keyword.unicodeScalars
        guard (1...79).contains(scalars.count), scalars.first != " ", scalars.last != " " else { return false }
        return !keyword.contains("  ") && scalars.allSatisfy { isLatin1($0) && $0 != "\n" && $0 != "\u{a0}" }
    }

    /// Whether tEXt can hold the character: printable Latin-1 and the newline (PNG, 11.3.3.2).
    private static func isLatin1(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0a, 0x20...0x7e, 0xa0...0xff: true
        default: false
        }
    }

    /// Calls `body` with the texts in the C target's form.
    static func withChunks<Result>(
        _ texts: [PNGText], _ body: (UnsafeBufferPointer<cpng_text>) throws -> Result
    ) rethrows -> Result {
        // All strings in one buffer, so that one pointer keeps them all alive.
        var bytes: [CChar] = []
        var places: [(keyword: Int, text: Int, utf8: Bool)] = []
        func append(_ string: some Sequence<UInt8>) -> Int {
            let start = bytes.count
            bytes.append(contentsOf: string.map(CChar.init(bitPattern:)))
            bytes.append(0)
            return start
        }
        for item in texts {
            let utf8 = !item.text.unicodeScalars.allSatisfy(isLatin1)
            let keyword = append(item.keyword.unicodeScalars.map { UInt8($0.value) })
            let text = utf8 ? append(item.text.utf8) : append(item.text.unicodeScalars.map { UInt8($0.value) })
            places.append((keyword, text, utf8))
        }
        return try bytes.withUnsafeBufferPointer { base in
            try places.map {
                cpng_text(
                    keyword: base.baseAddress! + $0.keyword, text: base.baseAddress! + $0.text,
                    is_utf8: $0.utf8 ? 1 : 0)
            }.withUnsafeBufferPointer(body)
        }
    }
}
