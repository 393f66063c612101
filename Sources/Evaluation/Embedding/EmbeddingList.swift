import FilesOnDisk
import Foundation

/// A file that lists items: a table (`.tsv`), objects (`.jsonl`) or, for words, plain lines (`.txt`).
enum EmbeddingList {
    static let extensions = ["tsv", "jsonl", "txt"]

    /// The items of a list, in its order. Paths are relative to the list's folder. Throws `EmbeddingInputError`.
    static func items(of path: String) throws -> [EmbeddingItem] {
        guard let data = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
            throw EmbeddingInputError.file(path, reason: "no such file, or it may not be read")
        }
        return try items(of: data, named: path)
    }

    /// - Parameter name: The file's path, whose ending says what it is; lines of words without one.
    static func items(of data: Data, named name: String) throws -> [EmbeddingItem] {
        guard let text = TextFile.text(of: data) else {
            throw EmbeddingInputError.file(name, reason: "line \(TextFile.firstBrokenLine(of: data)) is not UTF-8 text")
        }
        let lines = TextFile.lines(of: text)
        let reader = Reader(file: name, folder: URL(filePath: name).deletingLastPathComponent())
        switch URL(filePath: name).pathExtension.lowercased() {
        case "tsv": return try reader.table(lines)
        case "jsonl": return try reader.objects(lines)
        default: return try reader.words(lines)
        }
    }

    private struct Reader {
        let file: String
        let folder: URL

        /// Columns named by the first line: `path` or `text`; `id`, `group` and others, which are ignored.
        func table(_ lines: [String]) throws -> [EmbeddingItem] {
            let names =
                lines.first.map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) } ?? []
            guard names.contains("path") != names.contains("text") else {
                throw EmbeddingInputError.line(
                    file: file, number: 1, reason: "a header with either path or text was expected")
            }
            return try lines.enumerated().dropFirst().map { index, line in
                let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                guard fields.count == names.count else {
                    throw EmbeddingInputError.line(
                        file: file, number: index + 1,
                        reason: "it has \(fields.count) columns, its header \(names.count)")
                }
                return try item(Dictionary(zip(names, fields)) { first, _ in first }, number: index + 1)
            }
        }

        func objects(_ lines: [String]) throws -> [EmbeddingItem] {
            try lines.enumerated().filter { !$0.element.allSatisfy(\.isWhitespace) }.map { index, line in
                guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                    throw EmbeddingInputError.line(file: file, number: index + 1, reason: "a JSON object was expected")
                }
                return try item(strings(of: object, number: index + 1), number: index + 1)
            }
        }

        private func strings(of object: [String: Any], number: Int) throws -> [String: String] {
            var strings: [String: String] = [:]
            for key in ["path", "text", "id", "group"] {
                switch object[key] {
                case nil, is NSNull: continue
                case let string as String: strings[key] = string
                default: throw EmbeddingInputError.line(file: file, number: number, reason: "its “\(key)” is no string")
                }
            }
            return strings
        }

        func words(_ lines: [String]) throws -> [EmbeddingItem] {
            lines.filter { !$0.allSatisfy(\.isWhitespace) }.map { EmbeddingItem(id: $0, source: .text($0)) }
        }

        private func item(_ fields: [String: String], number: Int) throws -> EmbeddingItem {
            let (path, text) = (fields["path"], fields["text"])
            guard let content = path ?? text, (path == nil) != (text == nil), !content.isEmpty else {
                throw EmbeddingInputError.line(
                    file: file, number: number, reason: "either a path or a text was expected")
            }
            let id = fields["id"].flatMap { $0.isEmpty ? nil : $0 } ?? content
            let group = fields["group"].flatMap { $0.isEmpty ? nil : $0 }
            guard let path else { return EmbeddingItem(id: id, group: group, source: .text(content)) }
            let url =
                path.hasPrefix("/") ? URL(filePath: path) : URL(filePath: FolderListing.join(folder.relativePath, path))
            return EmbeddingItem(id: id, group: group, source: .file(url))
        }
    }
}
