import Foundation

/// Why a network could not be made from the files of a component.
public enum ComponentError: Error, Equatable, Sendable, LocalizedError, CustomStringConvertible {
    /// A file that cannot be read or is not JSON.
    case unreadable(file: String, reason: String)
    /// A field of `config.json` that is missing or out of range.
    case field(file: String, field: String, expected: String)
    /// A tensor that the configuration has no place for.
    case unexpectedTensor(file: String, name: String)

    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "\(file) cannot be read as a configuration: \(reason)."
        case .field(let file, let field, let expected):
            "The field “\(field)” of \(file) must be \(expected)."
        case .unexpectedTensor(let file, let name):
            "\(file) holds the tensor “\(name)”, for which the network of its config.json has no place."
        }
    }

    public var errorDescription: String? { description }
}
