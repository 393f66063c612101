/// A reader of comma-separated values, character by character (RFC 4180).
struct CommaSeparatedReader {
    private enum State {
        case start, plain, quoted
        /// After a quote within quotes: the field's end, or the first half of an escaped quote.
        case afterQuote
    }

    /// The line that the current record begins in, from 1.
    private(set) var recordLine = 1
    private var line = 1
    private var state = State.start
    private var field = ""
    private var fields: [String] = []
    private var records: [(line: Int, fields: [String])] = []

    mutating func take(_ character: Character) {
        let endsLine = character == "\n" || character == "\r\n"
        if endsLine { line += 1 }
        switch (state, character) {
        case (.start, "\""):
            state = .quoted
        case (.quoted, "\""):
            state = .afterQuote
        case (.afterQuote, "\""):
            field.append("\"")
            state = .quoted
        case (.quoted, _):
            field.append(character)
        case (_, ","):
            endField()
        case (_, _) where endsLine:
            endRecord()
        default:
            field.append(character)
            state = .plain
        }
    }

    /// Returns all records except empty ones; nil when a quote is still open.
    mutating func finish() -> [(line: Int, fields: [String])]? {
        if state == .quoted { return nil }
        endRecord()
        return records
    }

    private mutating func endField() {
        fields.append(field)
        (field, state) = ("", .start)
    }

    private mutating func endRecord() {
        endField()
        if fields != [""] { records.append((recordLine, fields)) }
        (fields, recordLine) = ([], line)
    }
}
