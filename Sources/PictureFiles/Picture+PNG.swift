import CPNGFile
import FilesOnDisk
import Foundation

extension Picture {
    /// Reads a PNG from memory: any colour type and depth, interlaced or not. Transparency is composited on white,
    /// 16-bit samples are rounded to 8, gamma and colour profiles are not applied; it is turned upright as its EXIF
    /// orientation says. A file that is cut short or damaged is used as far as it goes, see `PictureFile`.
    ///
    /// - Parameter name: The name that errors use.
    /// - Throws: `PictureFileError`.
    public init(png data: Data, name: String = "the PNG data", limits: PictureLimits = PictureLimits()) throws {
        try limits.check(fileBytes: data.count, file: name)
        self = try PictureFile(png: [UInt8](data), file: name, limits: limits).picture
    }

    /// The picture as a PNG file's bytes: 8-bit RGB, not interlaced, the texts before the pixels.
    ///
    /// The same picture and texts give the same bytes with the same version of zlib; no time is stored.
    ///
    /// - Throws: `PictureFileError.Reason.outOfMemory`.
    public func pngData(text: [PNGText] = []) throws -> Data {
        var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_BYTES))
        var bytes: UnsafeMutablePointer<UInt8>?
        var length = 0
        let status = PNGText.withChunks(text) { texts in
            cpng_encode_rgb8(
                pixels, UInt32(width), UInt32(height), texts.baseAddress, texts.count, &bytes, &length, &message)
        }
        guard status == CPNG_OK, let bytes else {
            throw PictureFileError(file: "the picture's PNG", reason: .init(status, message))
        }
        return Data(bytesNoCopy: bytes, count: length, deallocator: .free)
    }

    /// Writes the picture as a PNG file, whole or not at all.
    ///
    /// - Parameter overwrite: Whether to replace an existing file.
    /// - Throws: `AtomicFileError` naming the file; `PictureFileError.Reason.outOfMemory`.
    public func write(to url: URL, text: [PNGText] = [], overwrite: Bool = false) throws {
        try AtomicFile.write(try pngData(text: text), to: url, overwrite: overwrite)
    }
}

extension PictureFile {
    init(png: [UInt8], file: String, limits: PictureLimits) throws {
        let chunks = try PNGChunks(png, file: file)
        try limits.check(chunks, file: file)
        let (width, height) = (chunks.width, chunks.height)
        let count = try Picture.byteCount(width: width, height: height)
        var status = CPNG_OK
        var share = 0.0
        var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_BYTES))
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            status = cpng_decode_rgb8(
                png, png.count, UInt32(width), UInt32(height), buffer.baseAddress, &share, &message)
            filled = count
        }
        // The chunks tell of damage to what carries no pixels, too.
        let damage = chunks.damage ?? (status == CPNG_OK ? nil : .init(status, message))
        guard status == CPNG_OK || share > 0 else {
            throw PictureFileError(file: file, reason: damage ?? .truncated)
        }
        try self.init(
            Picture(width: width, height: height, pixels: pixels), EXIFOrientation(EXIFSegment(ofPNG: png, chunks)),
            warnings: damage.flatMap { PictureWarning(file: file, $0, share: share) }.map { [$0] } ?? [])
    }
}

extension PictureLimits {
    /// Refuses a picture that is too large, or that cannot be as large as it says: deflate shrinks at most 1032 times,
    /// so a small file that claims a giant picture is known to be cut short beforehand.
    fileprivate func check(_ chunks: PNGChunks, file: String) throws {
        let (width, height) = (chunks.width, chunks.height)
        try check(width: width, height: height, file: file)
        guard chunks.damage == nil else { return }
        let compressed = chunks.all.reduce(0) { $0 + ($1.type == "IDAT" ? $1.data.count : 0) }
        guard compressed * 1032 >= width * height * chunks.bitsPerPixel / 8 else {
            let cause = "its \(compressed) bytes of pixel data cannot hold \(width)x\(height) pixels"
            throw PictureFileError(file: file, reason: .malformed(cause))
        }
    }
}

extension PictureFileError.Reason {
    init(_ status: cpng_status, _ message: [CChar] = []) {
        switch status {
        case CPNG_TRUNCATED: self = .truncated
        case CPNG_NO_MEMORY: self = .outOfMemory
        default:
            self = .malformed(String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
    }
}
