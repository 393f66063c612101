import Foundation
import PictureFiles

/// A picture that others start from, instead of pure noise.
public struct InitialPicture: Sendable, Codable, Equatable {
    /// As it was given; only the last part of it inside a PNG.
    public var path: String
    /// SHA-256 of the file in hexadecimal, so that the same picture is taken again; nil takes what is there.
    public var sha256: String?
    /// How far pictures may leave it: from 0 (it stays) to 1 (nothing of it is left).
    public var strength: Double

    public static let defaultStrength = 0.6

    public init(path: String, sha256: String? = nil, strength: Double = defaultStrength) {
        (self.path, self.sha256, self.strength) = (path, sha256, strength)
    }

    /// Of a PNG or JPEG file, with its checksum. Throws `PictureFileError`.
    public init(contentsOf path: String, strength: Double = defaultStrength) throws {
        let url = URL(filePath: path)
        _ = try Picture(contentsOf: url)
        self.init(path: path, sha256: Checksums.sha256(of: url), strength: strength)
    }

    /// The picture, within white margins where its sides are in another proportion.
    /// Throws `PictureFileError`; `InitialPictureError.changed`.
    func picture(width: Int, height: Int) throws -> Picture {
        let url = URL(filePath: path)
        let picture = try Picture(contentsOf: url)
        guard sha256 == nil || Checksums.sha256(of: url) == sha256 else {
            throw InitialPictureError.changed(file: path)
        }
        return try picture.fitted(width: width, height: height)
    }
}
