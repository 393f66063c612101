import Foundation

/// The texts that a picture file carries beside its pixels: a PNG's text chunks, a JPEG's user comment (EXIF 2.32, tag
/// 37510).
public struct PictureTexts: Sendable, Equatable {
    /// Keyword for a JPEG's user comment, which has none of its own.
    public static let userComment = "UserComment"

    private let texts: [String: String]

    /// Reads a PNG or JPEG file, told apart by its first bytes; the pixels are not decoded.
    ///
    /// - Throws: `PictureFileError` naming the file.
    public init(contentsOf url: URL, limits: PictureLimits = PictureLimits()) throws {
        let file = url.relativePath
        let bytes = try InputFile.read(url, limit: limits.fileBytes)
        switch PictureFormat(of: bytes) {
        case .png:
            let chunks = try PNGTextReader(bytes: bytes, file: file, limits: limits).texts()
            texts = Dictionary(chunks.map { ($0.keyword, $0.text) }) { first, _ in first }
        case .jpeg:
            texts = EXIFSegment(ofJPEG: bytes)?.userComment.map { [Self.userComment: $0] } ?? [:]
        case nil: throw PictureFileError(file: file, reason: .notAPicture)
        }
    }

    /// The first text with that keyword.
    public subscript(keyword: String) -> String? { texts[keyword] }
}
