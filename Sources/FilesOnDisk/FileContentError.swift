/// A file that cannot be read, or does not hold what it should; each case reads as one sentence.
public enum FileContentError: DescribedError, Equatable {
    /// A file that cannot be read at all.
    case unreadable(file: String, reason: String)
    /// A file that was read and does not hold what it should.
    case unsuitable(file: String, found: String, expected: String)
    /// A field of a JSON file that is missing or unfit.
    case field(file: String, field: String, expected: String)

    /// Names the file, what was wrong and what was expected.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "\(file) cannot be read: \(reason)."
        case .unsuitable(let file, let found, let expected):
            "\(file) has \(found), expected \(expected)."
        case .field(let file, let field, let expected):
            "The field “\(field.onOneLine)” of \(file) must be \(expected)."
        }
    }
}
