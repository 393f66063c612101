import FilesOnDisk
import Foundation

/// Readers of annotation files that are lines or tables of text.
enum AnnotationText {
    /// Maximal size in bytes, above that of any published annotation file.
    static let limit = 1 << 30

    /// Returns lines of UTF-8, including empty ones; they end in LF or CR LF. Throws `FileContentError`.
    static func lines(at url: URL) throws -> [String] {
        try TextFile.lines(at: url, limit: limit)
    }

    /// Returns the records of a table whose first record names the columns, each with its first line number, from 1.
    ///
    /// - Parameters:
    ///   - columns: Required columns.
    ///   - records: Reads the file.
    static func table(
        at url: URL, columns: [String], _ records: (URL) throws -> [(line: Int, fields: [String])]
    ) throws -> [(line: Int, fields: [String: String])] {
        let file = url.path(percentEncoded: false)
        let all = try records(url)
        let names = (all.first?.fields ?? []).map { $0.trimmingCharacters(in: .whitespaces) }
        guard Set(columns).isSubset(of: names), Set(names).count == names.count else {
            throw DatasetError.malformed(
                file: file, place: "Line 1", expected: "the names of the columns, \(columns.joined(separator: ", "))")
        }
        return try all.dropFirst().map { line, fields in
            guard fields.count == names.count else {
                throw DatasetError.malformed(
                    file: file, place: "Line \(line)", expected: "\(names.count) fields, not \(fields.count)")
            }
            return (line, Dictionary(uniqueKeysWithValues: zip(names, fields)))
        }
    }

    /// Returns fields separated by tabs. Throws `FileContentError`.
    static func tabbed(at url: URL) throws -> [(line: Int, fields: [String])] {
        try lines(at: url).enumerated().filter { !$0.element.isEmpty }.map { index, line in
            (index + 1, line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
        }
    }

    /// Returns fields separated by commas, in quotes where they hold commas, quotes or line ends (RFC 4180).
    /// Throws `FileContentError`, `DatasetError.malformed` for an unclosed quote.
    static func commaSeparated(at url: URL) throws -> [(line: Int, fields: [String])] {
        var reader = CommaSeparatedReader()
        for character in try TextFile.text(at: url, limit: limit) { reader.take(character) }
        guard let records = reader.finish() else {
            throw DatasetError.malformed(
                file: url.path(percentEncoded: false), place: "Line \(reader.recordLine)",
                expected: "a closing quote for each opening one")
        }
        return records
    }
}
