import FilesOnDisk
import Foundation
import TensorCore

/// Latents in NumPy's form: the matrix in `NAME.npy` and, if there are any, the ids in `NAME.ids.txt` and the groups in
/// `NAME.groups.txt`, one a line, and metadata as a JSON object of strings in `NAME.metadata.json`.
extension LatentSet {
    init(npy url: URL) throws {
        let header = try MatrixHeader(readingFrom: url)
        // Before the rows are numbered, so that a length that lies makes no numbers.
        let vectors = try Self.vectors(of: url, header)
        let ids = try Self.lines(beside: url, .ids, count: header.shape[0])
        let groups = try Self.lines(beside: url, .groups, count: header.shape[0])
        self.init(ids: ids, groups: groups, vectors: vectors, metadata: try Self.metadata(beside: url))
    }

    func writeNPY(to url: URL) throws {
        // An older matrix must not remain beside newer ids, nor a new one beside older groups or metadata.
        for file in [url, Self.file(beside: url, .groups), Self.file(beside: url, .metadata)] {
            try? FileManager.default.removeItem(at: file)
        }
        try Self.write(ids, beside: url, .ids)
        if let groups { try Self.write(groups, beside: url, .groups) }
        if !metadata.isEmpty {
            try AtomicFile.write(
                JSONEncoder.ofLines.line(metadata), to: Self.file(beside: url, .metadata), overwrite: true)
        }
        let header = NumPyHeader.data(
            shape: vectors.shape, element: vectors.dtype == .float16 ? "f2" : "f4")
        try AtomicFile.write(to: url, overwrite: true) { file in
            try header.withUnsafeBytes(file.append)
            try vectors.withBytes(file.append)
        }
    }

    /// The text files beside the matrix; raw values end their names.
    enum Companion: String {
        case ids = "ids.txt"
        case groups = "groups.txt"
        case metadata = "metadata.json"
    }

    static func file(beside url: URL, _ companion: Companion) -> URL {
        url.deletingPathExtension().appendingPathExtension(companion.rawValue)
    }

    private static func vectors(of url: URL, _ header: MatrixHeader) throws -> Tensor {
        let wrongLength = LatentError.unsuitable(
            file: url.relativePath, found: "another number of bytes than its shape \(header.shape) needs",
            expected: "all rows and nothing after them")
        if let dtype = header.mappedType {
            let vectors = try Tensor(mapping: url, byteOffset: header.dataStart, shape: header.shape, dtype: dtype)
            guard let vectors else { throw wrongLength }
            return vectors
        }
        guard let data = try? Data(contentsOf: url, options: .alwaysMapped) else {
            throw LatentError.unreadable(file: url.relativePath, reason: "it may not be read")
        }
        let (count, overflow) = header.shape[0].multipliedReportingOverflow(by: header.shape[1])
        let size = header.elementSize
        guard !overflow, count <= Int.max / size, data.count - header.dataStart == count * size else {
            throw wrongLength
        }
        return Tensor(shape: header.shape) { floats in
            data.withUnsafeBytes { bytes in
                for index in floats.indices { floats[index] = header.element(index, of: bytes) }
            }
        }
    }

    /// The lines of a file beside the matrix; nil where there is none.
    private static func lines(beside url: URL, _ companion: Companion, count: Int) throws -> StringTable? {
        let file = file(beside: url, companion)
        guard FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) else { return nil }
        guard let data = try? Data(contentsOf: file, options: .mappedIfSafe) else {
            throw LatentError.unreadable(file: file.relativePath, reason: "it may not be read")
        }
        guard let text = TextFile.text(of: data) else {
            throw LatentError.unsuitable(
                file: file.relativePath, found: "bytes that are no text in line \(TextFile.firstBrokenLine(of: data))",
                expected: "lines of UTF-8")
        }
        let lines = TextFile.lines(of: text)
        guard lines.count == count else {
            throw LatentError.unsuitable(
                file: file.relativePath, found: "\(lines.count) lines", expected: "one for each of \(count) rows")
        }
        return StringTable(lines)
    }

    private static func metadata(beside url: URL) throws -> [String: String] {
        let file = file(beside: url, .metadata)
        guard FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) else { return [:] }
        let data = try TextFile.data(at: file, limit: TextFile.usualLimit)
        guard let metadata = try? JSONDecoder().decode([String: String].self, from: data) else {
            throw LatentError.unsuitable(
                file: file.relativePath, found: "no metadata", expected: "a JSON object of strings")
        }
        return metadata
    }

    private static func write(_ table: StringTable, beside url: URL, _ companion: Companion) throws {
        let file = file(beside: url, companion)
        if let broken = table.first(where: { $0.contains(where: \.isNewline) }) {
            throw LatentError.unwritable(
                file: file.relativePath, reason: "“\(broken.onOneLine)” has a line break, and there a line is a row")
        }
        try AtomicFile.write(Data(table.map { $0 + "\n" }.joined().utf8), to: file, overwrite: true)
    }
}
