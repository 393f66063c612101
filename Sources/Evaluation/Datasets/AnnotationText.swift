import Foundation
import TensorCore

/// Annotation files that are lines or tables of text.
enum AnnotationText {
    /// More than any published annotation file has.
    static let limit = 1 << 30

    /// Lines of UTF-8, empty ones too; they end in LF or CR LF. Throws `DatasetError`.
    static func lines(at url: URL) throws -> [String] {
        try text(at: url).lines
    }

    /// The records of a table whose first one names the columns, each with the line that it begins in, from 1.
    ///
    /// - Parameters:
    ///   - columns: Columns that must be there.
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

    /// Fields between tabs. Throws `DatasetError`.
    static func tabbed(at url: URL) throws -> [(line: Int, fields: [String])] {
        try lines(at: url).enumerated().filter { !$0.element.isEmpty }.map { index, line in
            (index + 1, line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
        }
    }

    /// Fields between commas, in quotes where they hold commas, quotes or line ends (RFC 4180).
    /// Throws `DatasetError`, also for a quote that nothing closes.
    static func commaSeparated(at url: URL) throws -> [(line: Int, fields: [String])] {
        var reader = CommaSeparatedReader()
        for character in try text(at: url) { reader.take(character) }
        guard let records = reader.finish() else {
            throw DatasetError.malformed(
                file: url.path(percentEncoded: false), place: "Line \(reader.recordLine)",
                expected: "a closing quote for each opening one")
        }
        return records
    }

    private static func text(at url: URL) throws -> String {
        let file = url.path(percentEncoded: false)
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: url)
            data = try handle.read(upToCount: limit + 1) ?? Data()
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
            throw DatasetError.unreadable(file: file, reason: "no such file")
        } catch {
            throw DatasetError.unreadable(file: file, reason: "it is not a file or may not be read")
        }
        guard data.count <= limit else {
            throw DatasetError.unreadable(file: file, reason: "it is larger than \(limit) bytes")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw DatasetError.unreadable(file: file, reason: "it is not UTF-8 text")
        }
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }
}
