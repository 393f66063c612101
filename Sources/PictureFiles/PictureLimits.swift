/// Limits on a picture file that is read. Each is checked before memory is taken for it.
public struct PictureLimits: Sendable, Hashable {
    /// Bytes of the file.
    public var fileBytes = 256 << 20
    /// Columns, and separately rows.
    public var side = 32_768
    /// Columns times rows; decoding takes three bytes for each, and up to eight more for a progressive JPEG.
    public var pixels = 1 << 26
    /// Bytes of all keywords and texts of a PNG together, decompressed.
    public var textBytes = 4 << 20
    /// Text chunks of a PNG.
    public var textChunks = 1000

    public init() {}
}

extension PictureLimits {
    /// Throws `PictureFileError.Reason.tooLarge`, naming `file`.
    func check(fileBytes count: Int, file: String) throws {
        guard count <= fileBytes else {
            throw PictureFileError(
                file: file, reason: .tooLarge("it has \(count) bytes, more than the \(fileBytes) allowed"))
        }
    }

    /// Throws `PictureFileError.Reason.tooLarge`, naming `file`.
    func check(width: Int, height: Int, file: String) throws {
        guard width <= side, height <= side, width * height <= pixels else {
            let cause = "its \(width)x\(height) pixels are more than the \(side) a side and \(pixels) in all allowed"
            throw PictureFileError(file: file, reason: .tooLarge(cause))
        }
    }
}
