import FilesOnDisk
import Foundation
import TensorCore

/// The record of a set that is being written: `NAME.partial.items`, a line of JSON that describes the set, then a line
/// a row with its id, its group, a checksum of its vector and one of its origin.
///
/// Locked from `init` until it is deallocated, so that two runs never write one set.
final class LatentJournal {
    /// The first line.
    struct Description: Codable, Equatable {
        let channels: Int
        let dtype: String
        let metadata: [String: String]

        var bytesPerRow: Int { channels * (dtype == DType.float16.rawValue ? 2 : 4) }
    }

    struct Row: Codable {
        let id: String
        let group: String?
        let checksum: UInt64
        /// Checksum of the item's origin.
        let origin: UInt64
    }

    private let url: URL
    private let description: Description
    private let file: FileHandle
    private(set) var rows: [Row] = []

    /// Opens the journal, a new one where there is none; its contents stay until `keepWholeRows` or `clear`. Throws
    /// `LatentError.unwritable`, also when another run has it open.
    init(at url: URL, _ description: Description) throws {
        (self.url, self.description) = (url, description)
        file = try FileHandle(openingOrCreating: url)
        // The lock is released when the process ends, however it does. The locked file may have been removed by its
        // last owner.
        guard flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0, file.isStill(at: url) else {
            throw LatentError.unwritable(file: url.relativePath, reason: "another run is writing it")
        }
    }

    /// Whether an earlier run left rows, or only the first line.
    var isEmpty: Bool { ((try? file.seekToEnd()) ?? 0) == 0 }

    /// Keeps the rows whose line and vector are whole, up to the first that is not.
    /// Throws `LatentError.otherSettings` when the journal is that of another set.
    func keepWholeRows(of vectors: UnsafeRawBufferPointer) throws {
        guard let data = try? Data(contentsOf: url) else {
            throw LatentError.unreadable(file: url.relativePath, reason: "it may not be read")
        }
        // A first line that was cut short means that there are no rows.
        guard let firstEnd = data.firstIndex(of: Self.lineFeed) else { return try clear() }
        guard try data[...firstEnd] == JSONEncoder.ofLines.line(description) else {
            throw LatentError.otherSettings(file: url.relativePath)
        }
        let decoder = JSONDecoder()
        var seen: Set<String> = []
        var start = firstEnd + 1
        while let end = data[start...].firstIndex(of: Self.lineFeed) {
            let bytes = rows.count * description.bytesPerRow..<(rows.count + 1) * description.bytesPerRow
            guard let row = try? decoder.decode(Row.self, from: data[start..<end]), bytes.upperBound <= vectors.count,
                FNV1a.hash(.init(rebasing: vectors[bytes])) == row.checksum, seen.insert(row.id).inserted
            else { break }
            start = end + 1
            rows.append(row)
        }
        try writing { try file.truncate(atOffset: UInt64(start)) }
    }

    /// Empties the journal.
    func clear() throws {
        rows = []
        try writing {
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: JSONEncoder.ofLines.line(description))
        }
    }

    func append(_ row: Row) throws {
        try writing { try file.write(contentsOf: JSONEncoder.ofLines.line(row)) }
        rows.append(row)
    }

    func remove() { try? FileManager.default.removeItem(at: url) }

    private static let lineFeed = UInt8(ascii: "\n")

    private func writing(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            throw LatentError.unwritable(file: url.relativePath, reason: error.localizedDescription)
        }
    }
}
