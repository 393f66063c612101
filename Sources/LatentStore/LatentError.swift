import Foundation
import TensorCore

/// What can be wrong with latents on disk; each case reads as one sentence.
public enum LatentError: Error, Equatable, Sendable, LocalizedError, CustomStringConvertible {
    /// A name that ends neither in .safetensors nor in .npy.
    case unknownForm(file: String)
    /// A file that cannot be read at all.
    case unreadable(file: String, reason: String)
    /// A file that was read and is not what it should be.
    case unsuitable(file: String, found: String, expected: String)
    /// A vector with a NaN or an infinity.
    case notFinite(file: String, id: String)
    /// A file that cannot be written.
    case unwritable(file: String, reason: String)

    public var description: String {
        switch self {
        case .unknownForm(let file):
            "\(file) has an unknown ending; .safetensors or .npy is expected of latents."
        case .unreadable(let file, let reason):
            "\(file) cannot be read as latents: \(reason)."
        case .unsuitable(let file, let found, let expected):
            "\(file) has \(found), but \(expected) was expected of latents."
        case .notFinite(let file, let id):
            "The vector of “\(id.onOneLine)” in \(file) holds a value that is not finite."
        case .unwritable(let file, let reason):
            "\(file) cannot be written: \(reason)."
        }
    }

    public var errorDescription: String? { description }
}
