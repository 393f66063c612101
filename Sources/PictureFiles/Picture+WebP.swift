import CWebP
import Foundation

extension Picture {
    /// Reads a WebP from memory, lossy or lossless, turned upright as its EXIF orientation says. Transparency is
    /// composited on white; colour profiles are not applied. One that is cut short is used as far as it goes, see
    /// `PictureFile`; an animation is refused.
    ///
    /// - Parameter name: The name that errors use.
    /// - Throws: `PictureFileError`.
    public init(webp data: Data, name: String = "the WebP data", limits: PictureLimits = PictureLimits()) throws {
        try limits.check(fileBytes: data.count, file: name)
        self = try PictureFile(webp: [UInt8](data), file: name, limits: limits).picture
    }
}

extension PictureFile {
    init(webp: [UInt8], file: String, limits: PictureLimits) throws {
        func failure(_ reason: PictureFileError.Reason) -> PictureFileError { .init(file: file, reason: reason) }
        guard PictureFormat(of: webp) == .webp else { throw failure(.notAPicture(webp)) }
        var (columns, rows) = (Int32(0), Int32(0))
        guard WebPGetInfo(webp, webp.count, &columns, &rows) != 0, columns > 0, rows > 0 else {
            throw failure(webp.count < 30 ? .truncated : .malformed("its header is not that of a WebP picture"))
        }
        let (width, height) = (Int(columns), Int(rows))
        try limits.check(width: width, height: height, file: file)
        // Before the alpha: opaque mid-grey where nothing is decoded.
        var rgba = [UInt8](repeating: 128, count: width * height * 4)
        for alpha in stride(from: 3, to: rgba.count, by: 4) { rgba[alpha] = 255 }
        let (status, decodedRows) = Self.decode(webp, width: width, height: height, into: &rgba)
        guard status != VP8_STATUS_OUT_OF_MEMORY else { throw failure(.outOfMemory) }
        guard status != VP8_STATUS_UNSUPPORTED_FEATURE else { throw failure(.malformed("it is an animation")) }
        let isCut = status == VP8_STATUS_SUSPENDED || status == VP8_STATUS_NOT_ENOUGH_DATA
        let reason: PictureFileError.Reason? =
            status == VP8_STATUS_OK ? nil : isCut ? .truncated : .malformed("its bit stream is broken")
        let share = Double(decodedRows) / Double(height)
        let warnings = try PictureWarning.warnings(reason, file: file, share: share)
        let pixels = Self.compositedOnWhite(rgba)
        try self.init(
            Picture(width: width, height: height, pixels: pixels), EXIFOrientation(EXIFSegment(ofWebP: webp)),
            warnings: warnings)
    }

    /// Decodes into `[height, width, 4]`; also returns the number of rows that are whole.
    private static func decode(
        _ webp: [UInt8], width: Int, height: Int, into rgba: inout [UInt8]
    ) -> (VP8StatusCode, rows: Int32) {
        rgba.withUnsafeMutableBufferPointer { buffer in
            guard let decoder = WebPINewRGB(MODE_RGBA, buffer.baseAddress, buffer.count, Int32(width * 4)) else {
                return (VP8_STATUS_OUT_OF_MEMORY, 0)
            }
            defer { WebPIDelete(decoder) }
            let status = WebPIUpdate(decoder, webp, webp.count)
            var rows = Int32(0)
            _ = WebPIDecGetRGB(decoder, &rows, nil, nil, nil)
            return (status, status == VP8_STATUS_OK ? Int32(height) : rows)
        }
    }

    private static func compositedOnWhite(_ rgba: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: rgba.count / 4 * 3) { pixels, count in
            for pixel in 0..<rgba.count / 4 {
                let alpha = Int(rgba[pixel * 4 + 3])
                for channel in 0..<3 {
                    let value = Int(rgba[pixel * 4 + channel])
                    pixels[pixel * 3 + channel] = UInt8((value * alpha + 255 * (255 - alpha) + 127) / 255)
                }
            }
            count = pixels.count
        }
    }
}
