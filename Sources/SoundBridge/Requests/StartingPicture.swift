import Foundation
import PictureFiles

/// A picture that another starts from instead of pure noise, with the limit of the change.
public struct StartingPicture: Sendable, Equatable {
    public let picture: Picture
    /// The picture as records name it, with the strength.
    public let source: InitialPicture

    /// - Parameters:
    ///   - picture: Any size; it is fitted to that of the picture to draw.
    ///   - strength: Limit of the change, from 0 (the picture stays) to 1 (nothing of it is left).
    ///   - name: The picture's name in records.
    public init(_ picture: Picture, strength: Double = InitialPicture.defaultStrength, name: String = "picture") {
        self.init(picture, source: InitialPicture(path: name, strength: strength))
    }

    /// Reads a PNG or JPEG file. Throws `PictureFileError`.
    public init(contentsOf url: URL, strength: Double = InitialPicture.defaultStrength) throws {
        let source = try InitialPicture(contentsOf: url.path(percentEncoded: false), strength: strength)
        self.init(try source.read(), source: source)
    }

    package init(_ picture: Picture, source: InitialPicture) {
        (self.picture, self.source) = (picture, source)
    }
}
