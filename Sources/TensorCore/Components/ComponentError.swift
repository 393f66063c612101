import Foundation

/// Why something could not be made from the files of a component; each case reads as one sentence.
public enum ComponentError: Error, Equatable, Sendable, LocalizedError, CustomStringConvertible {
    /// A file that cannot be read at all.
    case unreadable(file: String, reason: String)
    /// A file that was read and does not hold what it should.
    case unsuitable(file: String, found: String, expected: String)
    /// A field of a JSON file that is missing or unfit.
    case field(file: String, field: String, expected: String)
    /// A tensor that the configuration has no place for.
    case unexpectedTensor(file: String, name: String)

    /// Names the file, what was wrong and what was expected.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "\(file) cannot be read: \(reason)."
        case .unsuitable(let file, let found, let expected):
            "\(file) has \(found), expected \(expected)."
        case .field(let file, let field, let expected):
            "The field “\(field.onOneLine)” of \(file) must be \(expected)."
        case .unexpectedTensor(let file, let name):
            "\(file) holds the tensor “\(name.onOneLine)”, for which the network of its config.json has no place."
        }
    }

    public var errorDescription: String? { description }
}
