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

/// The file formats that can be read, told apart by their first bytes, whatever the file's name.
enum PictureFormat: CaseIterable {
    case png, jpeg

    /// The first bytes of every file of the format.
    var signature: [UInt8] {
        switch self {
        case .png: PNGChunks.signature
        case .jpeg: [0xff, 0xd8, 0xff]
        }
    }

    /// The format of the bytes, even if they were cut off within the signature.
    init?(of bytes: [UInt8]) {
        let found = Self.allCases.first { form in
            bytes.starts(with: form.signature) || !bytes.isEmpty && form.signature.starts(with: bytes)
        }
        guard let found else { return nil }
        self = found
    }
}
