import FilesOnDisk
import Foundation
import TensorCore

/// Writes a set of latents row by row, so that an interrupted run is not lost and a large set is not held in memory.
///
/// Rows go to `NAME.partial`, their records to `NAME.partial.items`; `finish` makes the set from them and removes both.
/// An interrupted run is resumed after its last whole row.
public final class LatentWriter {
    private let url: URL
    private let description: LatentJournal.Description
    private let vectors: FileHandle
    private let journal: LatentJournal
    private var known: Set<String>

    /// The treatment of an earlier run's files.
    public enum Earlier: Sendable {
        /// An unfinished run is an error, and so is a finished file.
        case refuse
        /// An unfinished run is thrown away, and a finished file will be replaced.
        case overwrite
        /// An unfinished run is continued; where there is none, a new run begins.
        case resume
    }

    /// Ids of the rows written so far, in their order.
    public var ids: [String] { journal.rows.map(\.id) }
    public var count: Int { journal.rows.count }

    /// - Parameters:
    ///   - dtype: `.float32` or `.float16`.
    ///   - metadata: Metadata of the finished set; a run that is resumed must have the same.
    /// - Throws: `LatentError`, or `AtomicFileError` where the place cannot be written.
    public init(
        to url: URL, channels: Int, dtype: DType, metadata: [String: String], earlier: Earlier
    ) throws {
        precondition(dtype == .float32 || dtype == .float16, "floats, not \(dtype.rawValue)")
        _ = try LatentSet.Form(of: url)
        self.url = url
        description = LatentJournal.Description(channels: channels, dtype: dtype.rawValue, metadata: metadata)
        try AtomicFile.check(url, overwrite: earlier == .overwrite)
        let partial = Self.partial(of: url)
        // The journal's lock is taken before anything is touched.
        let journal = try LatentJournal(at: Self.journal(of: url), description)
        if earlier == .refuse, !journal.isEmpty { throw LatentError.unfinished(file: partial.relativePath) }
        vectors = try FileHandle(openingOrCreating: partial)
        if earlier == .resume {
            guard let written = try? Data(contentsOf: partial, options: .alwaysMapped) else {
                throw LatentError.unreadable(file: partial.relativePath, reason: "it may not be read")
            }
            try written.withUnsafeBytes { try journal.keepWholeRows(of: $0) }
        } else {
            try journal.clear()
        }
        self.journal = journal
        known = Set(journal.rows.map(\.id))
        try writing { try vectors.truncate(atOffset: UInt64(journal.rows.count * description.bytesPerRow)) }
    }

    /// Adds a row. Throws `LatentError`: `.repeated` for an id that is there already; `.unwritable`, after which a row
    /// may be torn and the run has to end.
    ///
    /// - Parameters:
    ///   - origin: The source of the vector, in words of the caller's own that change when the source does.
    ///   - vector: `[channels]`.
    public func append(id: String, group: String?, origin: String = "", vector: Tensor) throws {
        precondition(vector.count == description.channels, "\(description.channels) channels, not \(vector.shape)")
        guard known.insert(id).inserted else { throw LatentError.repeated(id: id) }
        let stored = description.dtype == DType.float16.rawValue ? vector.float16() : vector.float32()
        try writing { try stored.withBytes { try vectors.write(contentsOf: Data($0)) } }
        let checksum = stored.withBytes { FNV1a.hash($0) }
        try journal.append(
            .init(id: id, group: group, checksum: checksum, origin: FNV1a.hash(origin)))
    }

    /// The id of the first row whose group or origin differs from what `now` returns for it; nil when all are the same.
    public func firstChanged(_ now: (String) -> (group: String?, origin: String)?) -> String? {
        journal.rows.first { row in
            now(row.id).map { $0.group != row.group || FNV1a.hash($0.origin) != row.origin } ?? true
        }?.id
    }

    /// Makes the set of all rows, in the order in which they came. A row without a group, among others that have one,
    /// gets a group of its own, named after its id. Throws as `LatentSet.write(to:)` does.
    public func finish() throws {
        try? vectors.synchronize()
        let rows = journal.rows
        let groups = rows.contains { $0.group != nil } ? rows.map { $0.group ?? $0.id } : nil
        let set = LatentSet(
            ids: rows.map(\.id), groups: groups, vectors: try writtenVectors(), metadata: description.metadata)
        try set.write(to: url)
        discard()
    }

    /// Removes the unfinished files; a finished file stays.
    public func discard() {
        journal.remove()
        try? FileManager.default.removeItem(at: Self.partial(of: url))
    }

    static func partial(of url: URL) -> URL { url.appendingPathExtension("partial") }
    static func journal(of url: URL) -> URL { url.appendingPathExtension("partial.items") }

    private func writtenVectors() throws -> Tensor {
        let shape = [count, description.channels]
        guard count > 0 else { return Tensor(zeros: shape) }
        let partial = Self.partial(of: url)
        let dtype = DType(rawValue: description.dtype) ?? .float32
        guard let vectors = try Tensor(mapping: partial, byteOffset: 0, shape: shape, dtype: dtype) else {
            throw LatentError.unsuitable(
                file: partial.relativePath, found: "another length than was written", expected: "\(count) rows")
        }
        return vectors
    }

    private func writing(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            throw LatentError.unwritable(file: Self.partial(of: url).relativePath, reason: error.localizedDescription)
        }
    }
}
