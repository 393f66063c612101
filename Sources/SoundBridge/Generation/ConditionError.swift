import Foundation

/// Why no condition could be made.
public enum ConditionError: Error, Sendable, LocalizedError, CustomStringConvertible {
    case nothingGiven

    public var description: String {
        switch self {
        case .nothingGiven: "Neither a sound nor a prompt was given; a picture needs at least one of them."
        }
    }

    public var errorDescription: String? { description }
}
