import Foundation
import PictureFiles

/// A picture that another starts from instead of pure noise, with the limit of the change.
public struct StartingPicture: Sendable, Equatable {
    public let picture: Picture
    /// The picture as records name it, with the strength.
    public let source: InitialPicture
    /// Warnings about the picture's file, each in one sentence.
    public let warnings: [String]

    /// - Parameters:
    ///   - picture: Any size; it is fitted to that of the picture to draw.
    ///   - strength: Limit of the change, from 0 (the picture stays) to 1 (nothing of it is left).
    ///   - name: The picture's name in records.
    public init(_ picture: Picture, strength: Double = InitialPicture.defaultStrength, name: String = "picture") {
        self.init(picture, source: InitialPicture(path: name, strength: strength))
    }

    /// Reads a PNG, JPEG or WebP file. Throws `PictureFileError`.
    public init(contentsOf url: URL, strength: Double = InitialPicture.defaultStrength) throws {
        let source = try InitialPicture(contentsOf: url.path(percentEncoded: false), strength: strength)
        self.init(try source.read(), source: source)
    }

    package init(_ picture: Picture, source: InitialPicture) {
        (self.picture, self.source, warnings) = (picture, source, [])
    }

    package init(_ file: PictureFile, source: InitialPicture) {
        (picture, self.source, warnings) = (file.picture, source, file.warnings.map(\.description))
    }
}
