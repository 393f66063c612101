import CJPEGFile
import Foundation

extension Picture {
    /// Reads a JPEG from memory: baseline or progressive, grey, YCbCr, RGB, CMYK or YCCK, turned upright as its EXIF
    /// orientation says. Colour profiles are not applied.
    ///
    /// A file that is cut short or damaged is used as far as it goes, see `PictureFile`.
    ///
    /// - Parameter name: The name that errors use.
    /// - Throws: `PictureFileError`.
    public init(jpeg data: Data, name: String = "the JPEG data", limits: PictureLimits = PictureLimits()) throws {
        try limits.check(fileBytes: data.count, file: name)
        self = try PictureFile(jpeg: [UInt8](data), file: name, limits: limits).picture
    }
}

extension PictureFile {
    init(jpeg: [UInt8], file: String, limits: PictureLimits) throws {
        guard PictureFormat(of: jpeg) == .jpeg else { throw PictureFileError(file: file, reason: .notJPEG) }
        let (width, height) = try Self.size(jpeg: jpeg, file: file)
        try limits.check(width: width, height: height, file: file)
        let count = try Picture.byteCount(width: width, height: height)
        // Memory for the coefficients of a progressive picture: two bytes for each of up to four samples, in blocks at
        // the edges.
        let memory = 8 * (width + 64) * (height + 64) + 1 << 24
        var status = CJPEG_OK
        var share = 0.0
        var message = [CChar](repeating: 0, count: Int(CJPEG_MESSAGE_BYTES))
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            status = cjpeg_decode_rgb8(
                jpeg, jpeg.count, UInt32(width), UInt32(height), memory, buffer.baseAddress, &share, &message)
            filled = count
        }
        let reason = status == CJPEG_OK ? nil : PictureFileError.Reason(status, message)
        let warnings = try PictureWarning.warnings(reason, file: file, share: share)
        try self.init(
            Picture(width: width, height: height, pixels: pixels), EXIFOrientation(EXIFSegment(ofJPEG: jpeg)),
            warnings: warnings)
    }

    private static func size(jpeg: [UInt8], file: String) throws -> (width: Int, height: Int) {
        var (width, height) = (UInt32(0), UInt32(0))
        var message = [CChar](repeating: 0, count: Int(CJPEG_MESSAGE_BYTES))
        let status = cjpeg_read_size(jpeg, jpeg.count, &width, &height, &message)
        guard status == CJPEG_OK else { throw PictureFileError(file: file, reason: .init(status, message)) }
        return (Int(width), Int(height))
    }
}

extension PictureFileError.Reason {
    fileprivate init(_ status: cjpeg_status, _ message: [CChar]) {
        let text = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        switch status {
        case CJPEG_TRUNCATED: self = .truncated
        case CJPEG_NO_MEMORY: self = .outOfMemory
        case CJPEG_TOO_LARGE: self = .tooLarge("decoding it would take more memory than a picture of its size may")
        default: self = .malformed(text)
        }
    }
}
