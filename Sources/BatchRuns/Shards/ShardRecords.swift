import FilesOnDisk
import Foundation

/// Where the shards of a plan keep their records: in `.fusemix-gen` below the run's folder,
///
/// | file | what |
/// |---|---|
/// | `<plan>-3-of-8.jsonl` | the journal of a shard |
/// | `<plan>-3-of-8.timings.jsonl` | its timings |
/// | `<plan>-3-of-8.done.jsonl` | its completion record: what the journal says of each of its pictures |
///
/// where `<plan>` is `PlanFile.identity`. A completion record is written last and renamed into place: where it stands it
/// is whole, and nothing of the shard is left to do.
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

    /// Opens the records of a shard, or begins them; nobody else can until the object ends.
    ///
    /// - Throws: `OutputFolderError`, `RunJournalError`.
    public func open(_ shard: Shard) throws -> RunRecords {
        try folder.create()
        let journal = try RunJournal(at: journal(of: shard), file.header, resuming: true)
        return try RunRecords(folder, journal, timings: timings(of: shard), resuming: true)
    }

    /// Writes the completion record of a shard.
    ///
    /// - Returns: False where pictures of it are not settled; nothing is written then.
    /// - Throws: `AtomicFileError`, `RunJournalError`.
    public func complete(_ shard: Shard, from journal: RunJournal) throws -> Bool {
        struct Unsettled: Error {}
        let encoder = JSONEncoder.ofLines
        do {
            try AtomicFile.write(to: completion(of: shard), overwrite: true) { record in
                try encoder.line(file.header).withUnsafeBytes(record.append)
                for picture in shard.part(of: file.items).lazy.flatMap(\.pictures) {
                    guard let completion = try journal.completion(of: folder.name(of: picture)) else {
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

    /// How many shards the plan is being done in; nil where none has been begun.
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

    /// Refuses to share out anew what was begun: a shard of another count would take its pictures for foreign ones.
    ///
    /// - Throws: `ShardError.otherCount`, `MergeError.severalCounts`.
    public func check(_ shard: Shard) throws {
        if let begun = try count(), begun != shard.count {
            throw ShardError.otherCount(shard, begun: begun, folder: directory.relativePath)
        }
    }

    private var directory: URL { folder.journal().deletingLastPathComponent() }

    private func name(_ shard: Shard) -> String { "\(file.identity)-\(shard.index)-of-\(shard.count)" }

    /// The shard that a file of the folder belongs to.
    private func shard(named name: String) -> Shard? {
        guard name.hasPrefix(file.identity + "-"), let end = name.firstIndex(of: ".") else { return nil }
        let shard = name[..<end].dropFirst(file.identity.count + 1).replacingOccurrences(of: "-of-", with: "/")
        return try? Shard(shard)
    }
}
