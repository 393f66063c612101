import Foundation

extension Picture {
    /// Reads a PNG or JPEG file, told apart by its first bytes; see `init(png:name:limits:)` and
    /// `init(jpeg:name:limits:)`.
    ///
    /// - Throws: `PictureFileError` naming the file.
    public init(contentsOf url: URL, limits: PictureLimits = PictureLimits()) throws {
        let file = url.relativePath
        let bytes = try InputFile.read(url, limit: limits.fileBytes)
        switch PictureFormat(of: bytes) {
        case .png: try self.init(png: bytes, file: file, limits: limits)
        case .jpeg: try self.init(jpeg: bytes, file: file, limits: limits)
        case nil: throw PictureFileError(file: file, reason: .notAPicture)
        }
    }
}
