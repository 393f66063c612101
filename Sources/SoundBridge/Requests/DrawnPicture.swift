import Foundation
import PictureFiles

/// A picture with its record.
public struct DrawnPicture: Sendable {
    public let picture: Picture
    public let record: PictureRecord

    public init(picture: Picture, record: PictureRecord) {
        (self.picture, self.record) = (picture, record)
    }

    /// The bytes of a PNG that carries the record, or not. Throws `PictureError`.
    public func pngData(carriesRecord: Bool = true) throws -> Data {
        try picture.pngData(text: carriesRecord ? record.textChunks() : [])
    }

    /// Writes a PNG that carries the record. Throws `AtomicFileError`, `PictureError`.
    public func write(to url: URL, overwrite: Bool = false) throws {
        try picture.write(to: url, text: record.textChunks(), overwrite: overwrite)
    }
}
