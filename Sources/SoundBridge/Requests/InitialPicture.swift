import FilesOnDisk
import Foundation
import PictureFiles

/// A picture that others start from instead of pure noise, as settings and records name it.
public struct InitialPicture: Sendable, Codable, Equatable {
    /// The path as it was given; inside a PNG only its last part.
    public var path: String
    /// SHA-256 of the file in hexadecimal, so that the same picture is used again; nil accepts any picture at the path.
    public var sha256: String?
    /// Limit of the change: from 0 (the picture stays) to 1 (nothing of it is left).
    public var strength: Double

    public static let defaultStrength = 0.6

    public init(path: String, sha256: String? = nil, strength: Double = defaultStrength) {
        (self.path, self.sha256, self.strength) = (path, sha256, strength)
    }

    /// Takes a PNG, JPEG or WebP file and computes its checksum. Throws `PictureFileError`.
    public init(contentsOf path: String, strength: Double = defaultStrength) throws {
        let url = URL(filePath: path)
        _ = try Picture(contentsOf: url)
        self.init(path: path, sha256: SHA256.sum(ofFile: url), strength: strength)
    }

    /// Reads the picture. Throws `PictureFileError`; `InitialPictureError.changed`.
    public func read() throws -> PictureFile {
        let url = URL(filePath: path)
        let picture = try PictureFile(contentsOf: url)
        guard sha256 == nil || SHA256.sum(ofFile: url) == sha256 else {
            throw InitialPictureError.changed(file: path)
        }
        return picture
    }
}

/// Reasons why pictures cannot start from another.
public enum InitialPictureError: DescribedError, Equatable {
    /// The file has changed since the settings were made.
    case changed(file: String)

    public var description: String {
        switch self {
        case .changed(let file):
            "\(file) is not the picture to start from that was there before: its contents have changed."
        }
    }
}
