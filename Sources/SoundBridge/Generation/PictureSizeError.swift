import Foundation

/// Why a model cannot make pictures of a size.
public enum PictureSizeError: Error, Equatable, Sendable, LocalizedError, CustomStringConvertible {
    case notAMultiple(model: String, of: Int, found: PictureSize)
    /// The model knows the size that it was trained on only.
    case fixed(model: String, size: PictureSize, found: PictureSize)

    public var description: String {
        switch self {
        case .notAMultiple(let model, let step, let found):
            "The model “\(model)” makes pictures whose sides are multiples of \(step) pixels, not \(found)."
        case .fixed(let model, let size, let found):
            "The model “\(model)” makes pictures of \(size) only, since it learned the places in them; \(found) was asked for."
        }
    }

    public var errorDescription: String? { description }
}
