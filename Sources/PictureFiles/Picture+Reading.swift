import Foundation

extension Picture {
    /// Reads a PNG, JPEG or WebP file; `PictureFile` tells what was wrong with one that was used all the same.
    ///
    /// - Throws: `PictureFileError` naming the file.
    public init(contentsOf url: URL, limits: PictureLimits = PictureLimits()) throws {
        self = try PictureFile(contentsOf: url, limits: limits).picture
    }
}
