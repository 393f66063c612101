import FilesOnDisk
import Foundation

/// The files that byte-level BPE tokenizers were written as before `tokenizer.json`: `vocab.json` and `merges.txt`.
enum BytePairFiles {
    /// Largest file: enough for a vocabulary of a few million pieces.
    private static let largestFile = 1 << 26

    /// The ids of the pieces in a `vocab.json`. Throws `FileContentError`.
    static func ids(of url: URL) throws -> [String: Int] { try PieceIDs(contentsOf: url, limit: largestFile).ids }

    /// The pairs of a `merges.txt`, the most frequent first. Throws `FileContentError`.
    static func pairs(of url: URL) throws -> [(left: String, right: String)] {
        let lines = try TextFile.lines(at: url, limit: largestFile)
        let first = lines.first?.hasPrefix("#version") == true ? 1 : 0
        return try lines.enumerated().dropFirst(first).filter { !$0.element.isEmpty }.map { index, line in
            let pieces = line.split(separator: " ", omittingEmptySubsequences: false)
            guard pieces.count == 2, pieces.allSatisfy({ !$0.isEmpty }) else {
                throw FileContentError.unsuitable(
                    file: url.path(percentEncoded: false), found: "the line “\(line.onOneLine)” (\(index + 1))",
                    expected: "two pieces with a space between them")
            }
            return (String(pieces[0]), String(pieces[1]))
        }
    }

    /// Throws what a vocabulary lacks as an error that names the file.
    static func naming<Result>(_ url: URL, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let fault as BytePairVocabulary.Fault {
            let found =
                switch fault {
                case .merge(let pair): "the merge “\(pair.onOneLine)”"
                case .byte(let piece): "no piece “\(piece.onOneLine)” for a byte"
                case .ids: "pieces with negative or huge ids"
                }
            throw FileContentError.unsuitable(
                file: url.path(percentEncoded: false), found: found,
                expected: "a byte-level vocabulary with all pieces of its merges")
        }
    }
}

/// A `vocab.json`.
private struct PieceIDs: CheckedJSON {
    let ids: [String: Int]

    init(from decoder: any Decoder) throws {
        ids = try decoder.singleValueContainer().decode([String: Int].self)
    }

    func validate(_ check: FieldCheck) throws {}
}

extension URL {
    /// Whether there is something of that name.
    var isExistingFile: Bool { FileManager.default.fileExists(atPath: path(percentEncoded: false)) }
}
