import Foundation

/// Why an encoder made nothing of its input.
public enum EncoderError: Error, Equatable, Sendable, LocalizedError, CustomStringConvertible {
    /// A sound without a single sample.
    case silent

    /// One sentence.
    public var description: String {
        switch self {
        case .silent: "The sound has no samples, expected at least one."
        }
    }

    public var errorDescription: String? { description }
}
