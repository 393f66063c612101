import FilesOnDisk
import Foundation
import TensorCore

/// Writes a set of latents row by row, so that neither a long run nor a large set is lost or held in memory.
///
/// Rows go to `NAME.partial`, their ids to `NAME.partial.items`: a line of JSON with what the set is, then a line a
/// row with its id, its group and a checksum of its vector. `finish` makes the set of them and removes both. What is
/// left of an interrupted run is taken up again up to the first row that is not whole.
public final class LatentWriter {
    /// Ids of the rows written so far, in their order.
    public var ids: [String] { rows.map(\.id) }
    public var count: Int { rows.count }
    private var known: Set<String> = []

    private let url: URL
    private let description: Description
    private var rows: [Row] = []
    private let vectors: FileHandle
    private let items: FileHandle

    /// What is left of an earlier run.
    public enum Earlier: Sendable {
        /// Is an error, and so is a finished file.
        case refuse
        /// Is thrown away, and a finished file will be replaced.
        case overwrite
        /// Is continued; where there is none, a new run begins.
        case resume
    }

    /// - Parameters:
    ///   - dtype: `.float32` or `.float16`.
    ///   - metadata: What the finished set will carry; a run that is resumed must have the same.
    /// - Throws: `LatentError`, or `AtomicFileError` where the place cannot be written.
    public init(
        to url: URL, channels: Int, dtype: DType, metadata: [String: String], earlier: Earlier
    ) throws {
        precondition(dtype == .float32 || dtype == .float16, "floats, not \(dtype.rawValue)")
        _ = try LatentSet.Form(of: url)
        self.url = url
        description = Description(channels: channels, dtype: dtype.rawValue, metadata: metadata)
        let (partial, journal) = (Self.partial(of: url), Self.journal(of: url))
        let isThere = FileManager.default.fileExists(atPath: journal.path(percentEncoded: false))
        try AtomicFile.check(url, overwrite: earlier == .overwrite)
        if isThere, earlier == .refuse { throw LatentError.unfinished(file: partial.relativePath) }
        if isThere, earlier == .resume {
            rows = try Self.wholeRows(of: url, description)
        } else {
            try AtomicFile.write(Data(), to: partial, overwrite: true)
            try AtomicFile.write(description.line(), to: journal, overwrite: true)
        }
        vectors = try Self.open(partial, keeping: rows.count * description.bytesPerRow)
        items = try Self.open(journal, keeping: try rows.last?.end ?? description.line().count)
        known = Set(ids)
        // Released when the process ends, however it does.
        guard flock(items.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw LatentError.unwritable(file: partial.relativePath, reason: "another run is writing it")
        }
    }

    /// Adds a row. Throws `LatentError`: `.repeated` for an id that is there already; `.unwritable`, after which a row
    /// may be torn and the run has to end.
    ///
    /// - Parameter vector: `[channels]`.
    public func append(id: String, group: String?, vector: Tensor) throws {
        precondition(vector.count == description.channels, "\(description.channels) channels, not \(vector.shape)")
        guard known.insert(id).inserted else { throw LatentError.repeated(id: id) }
        let stored = description.dtype == DType.float16.rawValue ? vector.float16() : vector.float32()
        var row = Row(id: id, group: group, checksum: stored.withBytes(Self.checksum))
        let line = try row.line()
        row.end = try (rows.last?.end ?? description.line().count) + line.count
        do {
            try stored.withBytes { try vectors.write(contentsOf: Data($0)) }
            try items.write(contentsOf: line)
        } catch {
            throw LatentError.unwritable(file: Self.partial(of: url).relativePath, reason: error.localizedDescription)
        }
        rows.append(row)
    }

    /// Makes the set of all rows, in the order in which they came. A row without a group, among others that have one,
    /// is a group of its own, named after its id. Throws as `LatentSet.write(to:)` does.
    public func finish() throws {
        try? vectors.synchronize()
        let groups = rows.contains { $0.group != nil } ? rows.map { $0.group ?? $0.id } : nil
        let set = LatentSet(
            ids: rows.map(\.id), groups: groups, vectors: try Self.vectors(of: url, description, count: rows.count),
            metadata: description.metadata)
        try set.write(to: url)
        try? FileManager.default.removeItem(at: Self.journal(of: url))
        try? FileManager.default.removeItem(at: Self.partial(of: url))
    }

    /// What the journal begins with.
    private struct Description: Codable, Equatable {
        let channels: Int
        let dtype: String
        let metadata: [String: String]

        var bytesPerRow: Int { channels * (dtype == DType.float16.rawValue ? 2 : 4) }

        func line() throws -> Data { try Self.encoder.encode(self) + Data("\n".utf8) }

        static let encoder = {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return encoder
        }()
    }

    private struct Row: Codable {
        let id: String
        let group: String?
        let checksum: UInt64
        /// Where its line ends in the journal.
        var end = 0

        private enum CodingKeys: CodingKey {
            case id, group, checksum
        }

        func line() throws -> Data { try Description.encoder.encode(self) + Data("\n".utf8) }
    }
}

// MARK: Files

extension LatentWriter {
    static func partial(of url: URL) -> URL { url.appendingPathExtension("partial") }
    static func journal(of url: URL) -> URL { url.appendingPathExtension("partial.items") }

    /// Rows of an interrupted run whose line and vector are whole, up to the first that is not.
    private static func wholeRows(of url: URL, _ description: Description) throws -> [Row] {
        let journal = journal(of: url)
        guard let data = try? Data(contentsOf: journal) else {
            throw LatentError.unreadable(file: journal.relativePath, reason: "it may not be read")
        }
        let first = try description.line()
        guard data.starts(with: first) else { throw LatentError.otherSettings(file: partial(of: url).relativePath) }
        let vectors = try Data(contentsOf: partial(of: url), options: .alwaysMapped)
        let decoder = JSONDecoder()
        var rows: [Row] = []
        var seen: Set<String> = []
        var start = first.count
        while let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let bytes = rows.count * description.bytesPerRow..<(rows.count + 1) * description.bytesPerRow
            guard var row = try? decoder.decode(Row.self, from: data[start..<end]), bytes.upperBound <= vectors.count,
                vectors[bytes].withUnsafeBytes(checksum) == row.checksum, seen.insert(row.id).inserted
            else { break }
            start = end + 1
            row.end = start
            rows.append(row)
        }
        return rows
    }

    private static func open(_ file: URL, keeping length: Int) throws -> FileHandle {
        do {
            let handle = try FileHandle(forWritingTo: file)
            try handle.truncate(atOffset: UInt64(length))
            return handle
        } catch {
            throw LatentError.unwritable(file: file.relativePath, reason: error.localizedDescription)
        }
    }

    private static func vectors(of url: URL, _ description: Description, count: Int) throws -> Tensor {
        let shape = [count, description.channels]
        guard count > 0 else { return Tensor(zeros: shape) }
        let dtype = DType(rawValue: description.dtype) ?? .float32
        guard let vectors = try Tensor(mapping: partial(of: url), byteOffset: 0, shape: shape, dtype: dtype) else {
            throw LatentError.unsuitable(
                file: partial(of: url).relativePath, found: "another length than was written", expected: "\(count) rows"
            )
        }
        return vectors
    }

    /// FNV-1a over 64 bits (Fowler, Noll and Vo): tells a row that a loss of power cut short from a whole one.
    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
