import Foundation

/// An error whose description is one sentence for the user: what was wrong, with which file, and what was expected.
public protocol DescribedError: LocalizedError, CustomStringConvertible, Sendable {
    /// Status that a command ends with when this ends it: 1, unless the use was wrong (2) or the model is (3).
    var exitStatus: Int32 { get }
}

extension DescribedError {
    public var errorDescription: String? { description }
    public var exitStatus: Int32 { 1 }
}
