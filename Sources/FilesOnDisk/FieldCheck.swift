/// Turns a failed condition into an error that names file and field.
package struct FieldCheck: Sendable {
    let file: String

    /// `expected` completes “The field … must be …”. Throws `FileContentError.field`.
    package func require(_ holds: Bool, _ field: String, _ expected: @autoclosure () -> String) throws {
        guard holds else { throw FileContentError.field(file: file, field: field, expected: expected()) }
    }

    /// Throws `FileContentError.field`.
    package func require<Value: Comparable>(_ value: Value, in range: ClosedRange<Value>, _ field: String) throws {
        try require(
            range.contains(value), field, "between \(range.lowerBound) and \(range.upperBound), not \(value)")
    }

    /// Throws `FileContentError.field`.
    package func require(_ value: String, is expected: String, _ field: String) throws {
        try require(value == expected, field, "“\(expected)”, not “\(value.onOneLine)”")
    }
}
