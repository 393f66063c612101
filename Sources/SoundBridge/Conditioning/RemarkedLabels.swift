import FilesOnDisk
import Foundation

/// A table of an audio encoder's labels, each with a tab and a remark.
struct RemarkedLabels {
    let rows: [(label: String, remark: String)]

    var labels: Set<String> { Set(rows.map(\.label)) }

    /// Throws `FileContentError`, naming the file, where it cannot be read or a line is no label with a remark.
    ///
    /// - Parameter remarks: Those that there are; nil for any, a reason in words.
    init(at table: URL, of labels: [String], remarks: Set<String>? = nil) throws {
        let known = Set(labels)
        rows = try TextFile.lines(at: table).map { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count == 2, known.contains(columns[0]), remarks?.contains(columns[1]) ?? true else {
                let remark = remarks.map { "“\($0.sorted().joined(separator: "” or “"))”" } ?? "a reason"
                throw FileContentError.unsuitable(
                    file: table.path(percentEncoded: false), found: "the line “\(line.onOneLine)”",
                    expected: "a label of the audio encoder, a tab and \(remark)")
            }
            return (columns[0], columns[1])
        }
    }
}
