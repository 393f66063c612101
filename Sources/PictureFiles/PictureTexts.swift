import Foundation

/// The texts that a picture file carries beside its pixels: a PNG's text chunks, the user comment of a JPEG or WebP
/// (EXIF 2.32, tag 37510).
public struct PictureTexts: Sendable, Equatable {
    /// Keyword for a user comment, which has none of its own.
    public static let userComment = "UserComment"

    private let texts: [String: String]

    /// Reads a PNG, JPEG or WebP file, told apart by its first bytes; the pixels are not decoded.
    ///
    /// - Throws: `PictureFileError` naming the file.
    public init(contentsOf url: URL, limits: PictureLimits = PictureLimits()) throws {
        try self.init(InputFile.read(url, limit: limits.fileBytes), file: url.relativePath, limits: limits)
    }

    /// Reads a whole file held in memory; errors call it `file`. Throws `PictureFileError`.
    package init(_ bytes: [UInt8], file: String, limits: PictureLimits = PictureLimits()) throws {
        switch PictureFormat(of: bytes) {
        case .png:
            let chunks = try PNGTextReader(bytes: bytes, file: file, limits: limits).texts()
            texts = Dictionary(chunks.map { ($0.keyword, $0.text) }) { first, _ in first }
        case .jpeg:
            texts = EXIFSegment(ofJPEG: bytes)?.userComment.map { [Self.userComment: $0] } ?? [:]
        case .webp: texts = EXIFSegment(ofWebP: bytes)?.userComment.map { [Self.userComment: $0] } ?? [:]
        case nil: throw PictureFileError(file: file, reason: .notAPicture(bytes))
        }
    }

    /// The first text with that keyword.
    public subscript(keyword: String) -> String? { texts[keyword] }
}
