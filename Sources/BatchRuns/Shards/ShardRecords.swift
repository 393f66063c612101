import FilesOnDisk
import Foundation

/// The record files of a plan's shards, in `.fusemix-gen` below the run's folder:
///
/// | file | contents |
/// |---|---|
/// | `<plan>-3-of-8.jsonl` | the journal of a shard |
/// | `<plan>-3-of-8.timings.jsonl` | its timings |
/// | `<plan>-3-of-8.done.jsonl` | its completion record: the journal's entry for each of its pictures |
///
/// `<plan>` is `PlanFile.identity`. A completion record is written last and renamed into place: if it exists it is
/// whole, and the shard is finished.
public struct ShardRecords: Sendable {
    private let folder: RunFolder
    private let file: PlanFile

    public init(of file: PlanFile) {
        self.file = file
        folder = RunFolder(file.output)
    }

    func journal(of shard: Shard) -> URL { folder.journal(name(shard)) }
    func timings(of shard: Shard) -> URL { folder.journal(name(shard) + ".timings") }
    func completion(of shard: Shard) -> URL { folder.journal(name(shard) + ".done") }

    /// Opens the records of a shard, or creates them; no other run can until the object ends.
    ///
    /// - Throws: `OutputFolderError`, `RunJournalError`.
    public func open(_ shard: Shard) throws -> RunRecords {
        try folder.create()
        let journal = try RunJournal(at: journal(of: shard), file.header, resuming: true)
        return try RunRecords(folder, journal, timings: timings(of: shard), resuming: true)
    }

    /// Writes the completion record of a shard.
    ///
    /// - Returns: False where pictures of the shard are not settled; nothing is written then.
    /// - Throws: `AtomicFileError`, `RunJournalError`.
    public func complete(_ shard: Shard, from journal: RunJournal) throws -> Bool {
        struct Unsettled: Error {}
        let encoder = JSONEncoder.ofLines
        do {
            try AtomicFile.write(to: completion(of: shard), overwrite: true) { record in
                try encoder.line(file.header).withUnsafeBytes(record.append)
                for (item, picture) in shard.part(of: file.items).lazy.flatMap(\.tasks) {
                    let name = folder.name(of: picture)
                    guard let completion = try journal.completion(of: name, from: item.source.name) else {
                        throw Unsettled()
                    }
                    try encoder.line(completion).withUnsafeBytes(record.append)
                }
            }
            return true
        } catch is Unsettled {
            return false
        }
    }

    /// Returns the number of shards that the plan is divided into; nil where none has been started.
    ///
    /// - Throws: `MergeError.severalCounts`.
    public func count() throws -> Int? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path(percentEncoded: false))) ?? []
        let counts = Set(names.compactMap { shard(named: $0)?.count }).sorted()
        guard counts.count <= 1 else {
            throw MergeError.severalCounts(counts, folder: directory.relativePath)
        }
        return counts.first
    }

    /// Refuses to divide a started plan anew: a shard of another count would not recognise the pictures as its own.
    ///
    /// - Throws: `ShardError.otherCount`, `MergeError.severalCounts`.
    public func check(_ shard: Shard) throws {
        if let begun = try count(), begun != shard.count {
            throw ShardError.otherCount(shard, begun: begun, folder: directory.relativePath)
        }
    }

    private var directory: URL { folder.journal().deletingLastPathComponent() }

    private func name(_ shard: Shard) -> String { "\(file.identity)-\(shard.index)-of-\(shard.count)" }

    /// Returns the shard that a file of the folder belongs to.
    private func shard(named name: String) -> Shard? {
        guard name.hasPrefix(file.identity + "-"), let end = name.firstIndex(of: ".") else { return nil }
        let shard = name[..<end].dropFirst(file.identity.count + 1).replacingOccurrences(of: "-of-", with: "/")
        return try? Shard(shard)
    }
}
