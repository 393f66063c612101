import Foundation

/// What a component's `config.json` says: decoded, then checked field by field before any of it is
/// used as a size.
protocol ComponentConfiguration: Decodable {
    /// Checks every field.
    ///
    /// - Throws: `ComponentError.field` by way of `check`.
    func validate(_ check: FieldCheck) throws
}

extension ComponentConfiguration {
    /// Reads and checks a configuration.
    ///
    /// - Throws: `ComponentError` naming the file and the field.
    init(contentsOf url: URL) throws {
        let file = url.path(percentEncoded: false)
        do {
            self = try JSONDecoder().decode(Self.self, from: Self.text(at: url, file))
        } catch let error as DecodingError {
            throw ComponentError(error, file: file)
        }
        try validate(FieldCheck(file: file))
    }

    /// The bytes of a file that is no larger than a configuration can sensibly be.
    private static func text(at url: URL, _ file: String) throws -> Data {
        let most = 1 << 20
        guard let handle = try? FileHandle(forReadingFrom: url), let text = try? handle.read(upToCount: most + 1) else {
            throw ComponentError.unreadable(file: file, reason: "the file is missing, empty or may not be read")
        }
        guard text.count <= most else {
            throw ComponentError.unreadable(file: file, reason: "it is larger than \(most) bytes")
        }
        return text
    }
}

/// Turns a failed condition into an error that names file and field.
struct FieldCheck {
    let file: String

    func require(_ holds: Bool, _ field: String, _ expected: String) throws {
        guard holds else { throw ComponentError.field(file: file, field: field, expected: expected) }
    }

    func require<Value: Comparable>(_ value: Value, in range: ClosedRange<Value>, _ field: String) throws {
        try require(
            range.contains(value), field, "between \(range.lowerBound) and \(range.upperBound), not \(value)")
    }
}

extension ComponentError {
    fileprivate init(_ error: DecodingError, file: String) {
        switch error {
        case .keyNotFound(let key, _):
            self = .field(file: file, field: key.stringValue, expected: "given, and it is missing")
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            self = .field(file: file, field: context.codingPath.fieldName, expected: "of the type \(type)")
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            self = .field(
                file: file, field: context.codingPath.fieldName,
                expected: "a known value (\(context.debugDescription.sentenceFragment))")
        default:
            self = .unreadable(file: file, reason: "it is not valid JSON")
        }
    }
}

extension [any CodingKey] {
    fileprivate var fieldName: String { map(\.stringValue).joined(separator: ".") }
}

extension String {
    fileprivate var sentenceFragment: String { hasSuffix(".") ? String(dropLast()) : self }
}
