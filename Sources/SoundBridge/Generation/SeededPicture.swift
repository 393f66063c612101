import PictureFiles

/// A picture and the seed that makes it again.
public struct SeededPicture: Sendable {
    public let seed: UInt64
    public let picture: Picture
}
