import Foundation

/// The contents of a JSON file: decoded, then checked field by field before any of them is used as a size. Unknown
/// fields are ignored.
package protocol CheckedJSON: Decodable {
    /// Checks every field. Throws `FileContentError` through `check`.
    func validate(_ check: FieldCheck) throws
}

extension CheckedJSON {
    /// Reads and checks a file of at most `limit` bytes. Throws `FileContentError`, naming the file and the field.
    package init(contentsOf url: URL, limit: Int = TextFile.usualLimit, decoder: JSONDecoder = JSONDecoder()) throws {
        let file = url.path(percentEncoded: false)
        let data = try TextFile.data(at: url, limit: limit)
        // Foundation's reader of JSON 5 traps on bytes that are no UTF-8.
        guard TextFile.text(of: data) != nil else {
            throw FileContentError.unsuitable(
                file: file, found: "bytes that are no text in line \(TextFile.firstBrokenLine(of: data))",
                expected: "UTF-8")
        }
        do {
            self = try decoder.decode(Self.self, from: data)
        } catch let error as DecodingError {
            throw FileContentError(error, file: file)
        }
        try validate(FieldCheck(file: file))
    }
}

extension FileContentError {
    /// - Parameter file: The file's name, with the place in it if there are several.
    package init(_ error: DecodingError, file: String) {
        switch error {
        case .keyNotFound(let key, let context):
            let path = (context.codingPath + [key]).fieldName
            self = .field(file: file, field: path, expected: "given, and it is missing")
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            self =
                context.codingPath.isEmpty
                ? .unsuitable(file: file, found: "JSON of another kind", expected: kind(of: type))
                : .field(file: file, field: context.codingPath.fieldName, expected: kind(of: type))
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            self = .field(
                file: file, field: context.codingPath.fieldName,
                expected: "a known value (\(context.debugDescription.withoutFullStop))")
        default:
            self = .unsuitable(
                file: file, found: "text that is not JSON or a number out of range", expected: "an object in JSON")
        }
    }
}

/// The name of a Swift type in JSON's terms.
private func kind(of type: any Any.Type) -> String {
    switch type {
    case is any BinaryInteger.Type: "an integer"
    case is any BinaryFloatingPoint.Type: "a number"
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
    }
}

extension [any CodingKey] {
    /// The field's path, such as `layers[3].kernel`.
    fileprivate var fieldName: String {
        reduce("") { path, key in
            if let index = key.intValue { return "\(path)[\(index)]" }
            return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
        }
    }
}

extension String {
    fileprivate var withoutFullStop: String { hasSuffix(".") ? String(onOneLine.dropLast()) : onOneLine }
}

/// Turns a failed condition into an error that names file and field.
package struct FieldCheck: Sendable {
    let file: String

    package init(file: String) { self.file = file }

    /// Throws `FileContentError.field` unless `holds`; `expected` completes “The field … must be …”.
    package func require(_ holds: Bool, _ field: String, _ expected: @autoclosure () -> String) throws {
        guard holds else { throw FileContentError.field(file: file, field: field, expected: expected()) }
    }

    /// Throws `FileContentError.field` unless `value` is in `range`.
    package func require<Value: Comparable>(_ value: Value, in range: ClosedRange<Value>, _ field: String) throws {
        try require(
            range.contains(value), field, "between \(range.lowerBound) and \(range.upperBound), not \(value)")
    }

    /// Throws `FileContentError.field` unless `value` is `expected`.
    package func require(_ value: String, is expected: String, _ field: String) throws {
        try require(value == expected, field, "“\(expected)”, not “\(value.onOneLine)”")
    }
}

/// An error about a file that cannot be read or has the wrong contents; each case reads as one sentence.
public enum FileContentError: DescribedError, Equatable {
    /// A file that cannot be read at all.
    case unreadable(file: String, reason: String)
    /// A file that was read but has the wrong contents.
    case unsuitable(file: String, found: String, expected: String)
    /// A field of a JSON file that is missing or unfit.
    case field(file: String, field: String, expected: String)

    /// One sentence that names the file, what was wrong and what was expected.
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
