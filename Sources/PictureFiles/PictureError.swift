import FilesOnDisk

/// Why numbers do not make a picture, or a picture cannot become another.
public enum PictureError: DescribedError, Equatable {
    /// A side is not in 1 ..< 2³¹, or the picture would be larger than memory can be.
    case size(width: Int, height: Int)
    /// The buffer is not as long as the sides say.
    case count(expected: Int, found: Int)
    /// The value at this pixel is not a number.
    case notANumber(x: Int, y: Int)
    /// The keyword or the text cannot stand in a PNG text chunk.
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
