import FilesOnDisk
import Foundation

/// The shards of a plan made into one run: the manifest is that of a single process.
public struct MergedShards: Sendable {
    private let file: PlanFile
    private let records: ShardRecords
    private let folder: RunFolder
    private let shards: [Shard]
    private let completions: [RunJournal]
    /// What became of the pictures.
    public private(set) var summary: RunSummary

    /// Reads the completion records and holds them against the pictures.
    ///
    /// - Throws: `MergeError` where shards are not complete or pictures are not what their shard left;
    ///   `RunJournalError`, `RunPlanError`.
    public init(_ file: PlanFile) throws {
        (self.file, records) = (file, ShardRecords(of: file))
        folder = RunFolder(file.output)
        guard let count = try records.count() else { throw MergeError.notBegun(folder: folder.path) }
        shards = Shard.all(count)
        let missing = shards.filter { [records] shard in
            !FileManager.default.fileExists(atPath: records.completion(of: shard).path(percentEncoded: false))
        }
        guard missing.isEmpty else { throw MergeError.incomplete(missing) }
        completions = try shards.map { [records] in try RunJournal(reading: records.completion(of: $0)) }
        summary = RunSummary(total: file.unlisted.count + file.items.reduce(0) { $0 + $1.pictures.count })
        for _ in file.unlisted { summary.add(.failed) }
        for (shard, record) in zip(shards, completions) { try check(record, of: shard) }
    }

    /// Writes manifest and timings.
    ///
    /// - Throws: `AtomicFileError`, `RunJournalError`, `RunPlanError`.
    public func write() throws {
        try Manifest.write(file.whole(), from: completions, to: folder)
        try AtomicFile.write(to: folder.timings, overwrite: true) { whole in
            for shard in shards {
                let part = try? Data(contentsOf: records.timings(of: shard), options: .alwaysMapped)
                try part?.withUnsafeBytes(whole.append)
            }
        }
    }

    /// Every picture of the shard must have an entry, and those that are done their file.
    private mutating func check(_ record: RunJournal, of shard: Shard) throws {
        let url = records.completion(of: shard)
        if let difference = record.header.difference(from: file.header) {
            throw RunJournalError.otherSettings(file: url.relativePath, difference: difference)
        }
        for picture in shard.part(of: file.items).lazy.flatMap(\.pictures) {
            let path = picture.destination.name
            guard let completion = try record.completion(of: folder.name(of: picture)) else {
                throw MergeError.incomplete([shard])
            }
            switch completion.entry.outcome {
            case .done:
                guard completion.isTrustworthy(at: path) else { throw MergeError.changed(picture: path, shard) }
                summary.add(.done)
            case .skipped: summary.add(.skipped)
            case .failed: summary.add(.failed)
            }
        }
    }
}
