import FilesOnDisk

/// A picture in memory: 8-bit sRGB, opaque.
///
/// A value of this type always has at least one pixel and exactly as many bytes as its size says.
public struct Picture: Sendable, Hashable {
    /// Columns, at least 1.
    public let width: Int
    /// Rows, at least 1.
    public let height: Int
    /// `[height, width, 3]`: rows from the top, pixels from the left, red, green, blue; no gaps.
    public let pixels: [UInt8]

    /// Makes a picture of pixels.
    ///
    /// - Parameter pixels: `[height, width, 3]`, as the property of that name.
    /// - Throws: `PictureError.size` where a side is not positive or the picture would not fit in memory,
    ///   `PictureError.count` where `pixels` is not as long as the sides say.
    public init(width: Int, height: Int, pixels: [UInt8]) throws {
        let expected = try Picture.byteCount(width: width, height: height)
        guard pixels.count == expected else {
            throw PictureError.count(expected: expected, found: pixels.count)
        }
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// The colour at column `x` of row `y`, counted from the top left. An index out of bounds is a programming error,
    /// as with an array.
    public subscript(x: Int, y: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
        precondition(x >= 0 && x < width && y >= 0 && y < height, "a pixel outside of the picture")
        let i = (y * width + x) * 3
        return (pixels[i], pixels[i + 1], pixels[i + 2])
    }

    /// Bytes of an RGB picture, with every product checked.
    static func byteCount(width: Int, height: Int) throws -> Int {
        // Sides are below 2³¹, the limit of PNG, the only format that is written.
        guard (1...0x7fff_ffff).contains(width), (1...0x7fff_ffff).contains(height) else {
            throw PictureError.size(width: width, height: height)
        }
        let (bytes, overflow) = (width * height).multipliedReportingOverflow(by: 3)
        guard !overflow else { throw PictureError.size(width: width, height: height) }
        return bytes
    }
}

/// An error about numbers that do not make a picture, or a picture that cannot become another.
public enum PictureError: DescribedError, Equatable {
    /// A side is not in 1 ..< 2³¹, or the picture would be larger than memory can be.
    case size(width: Int, height: Int)
    /// The buffer is not as long as the sides say.
    case count(expected: Int, found: Int)
    /// The value at this pixel is not a number.
    case notANumber(x: Int, y: Int)
    /// The keyword or the text is not allowed in a PNG text chunk.
    case text(String)

    public var description: String {
        switch self {
        case .size(let width, let height):
            "A picture of \(width)x\(height) pixels is not possible: each side must be at least 1 and below 2^31."
        case .count(let expected, let found):
            "The picture has \(found) values where its size calls for \(expected)."
        case .notANumber(let x, let y):
            "The picture's value at column \(x), row \(y) is not a number (NaN)."
        case .text(let problem):
            "The text cannot be stored in a PNG: \(problem)."
        }
    }
}
