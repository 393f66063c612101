import Foundation

/// Why a pretrained encoder could not be made from the files of its component, or had nothing to encode.
public enum EncoderError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file cannot be read at all.
    case unreadable(file: String, reason: String)
    /// The file was read and does not say what an encoder needs.
    case unsuitable(file: String, found: String, expected: String)
    /// A sound without a single sample.
    case silent

    /// One sentence that names the file, what was wrong and what was expected.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file) cannot be read: \(reason)."
        case .unsuitable(let file, let found, let expected): "\(file) has \(found), expected \(expected)."
        case .silent: "The sound has no samples, expected at least one."
        }
    }
}

extension EncoderError: LocalizedError {
    public var errorDescription: String? { description }
}
