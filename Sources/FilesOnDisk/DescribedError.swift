import Foundation

/// An error whose description is one sentence for the user: what was wrong, with which file, and what was expected.
public protocol DescribedError: LocalizedError, CustomStringConvertible, Sendable {
    /// Exit status of a command that ends with this error: 1, or 2 for wrong usage, or 3 for a bad model.
    var exitStatus: Int32 { get }
}

extension DescribedError {
    public var errorDescription: String? { description }
    public var exitStatus: Int32 { 1 }
}
