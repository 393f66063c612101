import FilesOnDisk
import Foundation

/// Width and height of a picture in pixels, written `256x192`; `256` is a square.
public struct PictureSize: Sendable, Equatable, Codable, LosslessStringConvertible {
    public let width: Int
    public let height: Int

    public static let range = 16...1024

    public init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
    }

    /// Parses a size; nil for other text and for sizes outside `range`.
    public init?(_ text: String) {
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard (1...2).contains(sides.count), sides.allSatisfy(Self.range.contains) else { return nil }
        self.init(width: sides[0], height: sides.last ?? sides[0])
    }

    public var description: String { "\(width)x\(height)" }

    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        guard let size = Self(try value.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: value, debugDescription: "a size was expected")
        }
        self = size
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(description)
    }
}

/// Reasons why a model cannot make pictures of a size.
public enum PictureSizeError: DescribedError, Equatable {
    case notAMultiple(model: String, of: Int, found: PictureSize)
    /// The model can only make the size that it was trained on.
    case fixed(model: String, size: PictureSize, found: PictureSize)

    public var exitStatus: Int32 { 2 }

    public var description: String {
        switch self {
        case .notAMultiple(let model, let step, let found):
            "The model “\(model)” makes pictures whose sides are multiples of \(step) pixels, not \(found)."
        case .fixed(let model, let size, let found):
            "The model “\(model)” makes pictures of \(size) only, since it learned the places in them; \(found) was asked for."
        }
    }
}
