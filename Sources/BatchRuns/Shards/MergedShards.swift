import FilesOnDisk
import Foundation

/// The shards of a plan merged into one run: the result is the same as that of a single process.
public struct MergedShards: Sendable {
    private let file: PlanFile
    private let records: ShardRecords
    private let folder: RunFolder
    private let shards: [Shard]

    /// Throws `MergeError` where a shard has no completion record.
    public init(_ file: PlanFile) throws {
        (self.file, records) = (file, ShardRecords(of: file))
        folder = RunFolder(file.output)
        guard let count = try records.count() else { throw MergeError.notBegun(folder: folder.path) }
        shards = Shard.all(count)
        let missing = shards.filter { [records] shard in
            !FileManager.default.fileExists(atPath: records.completion(of: shard).path(percentEncoded: false))
        }
        guard missing.isEmpty else { throw MergeError.incomplete(missing) }
    }

    /// Checks the completion records against the pictures, joins them into a journal, and writes manifest and timings.
    ///
    /// - Returns: The counts of outcomes.
    /// - Throws: `MergeError` where pictures are missing or not as their shard left them, and then nothing is written;
    ///   `AtomicFileError`, `RunJournalError`, `RunPlanError`.
    public func write() throws -> RunSummary {
        var summary = RunSummary(
            total: file.unlisted.count + file.items.pictureCount, passedOver: file.passedOver.count)
        for _ in file.unlisted { summary.add(.failed) }
        let encoder = JSONEncoder.ofLines
        // One file instead of many open ones: a process may not open as many files as a plan may have shards.
        try AtomicFile.write(to: folder.journal(), overwrite: true) { journal in
            try copyEarlierRuns(to: journal)
            try encoder.line(file.header).withUnsafeBytes(journal.append)
            for shard in shards {
                try forEachCompletion(of: shard) { completion in
                    if let outcome = completion.entry.outcome.counted { summary.add(outcome) }
                    try encoder.line(completion).withUnsafeBytes(journal.append)
                }
            }
        }
        try Manifest.write(file.whole(), from: RunJournal(reading: folder.journal()), to: folder)
        try joinTimings()
        return summary
    }

    /// Visits the completions of a shard. Each of its pictures must have an entry, and each picture that is done its
    /// file.
    private func forEachCompletion(of shard: Shard, _ body: (Completion) throws -> Void) throws {
        let url = records.completion(of: shard)
        let record = try RunJournal(reading: url)
        if let difference = record.header.difference(from: file.header) {
            throw RunJournalError.otherSettings(file: url.relativePath, difference: difference)
        }
        for (item, picture) in shard.part(of: file.items).lazy.flatMap(\.tasks) {
            let path = picture.destination.name
            guard let completion = try record.completion(of: folder.name(of: picture), from: item.source.name) else {
                throw MergeError.incomplete([shard])
            }
            if case .done = completion.entry.outcome, !completion.isTrustworthy(at: path) {
                throw MergeError.changed(picture: path, shard)
            }
            try body(completion)
        }
    }

    /// Copies what the folder's journal has of pictures that are not the plan's. Throws `RunJournalError`.
    private func copyEarlierRuns(to journal: GrowingFile) throws {
        let url = folder.journal()
        guard FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) else { return }
        let (earlier, encoder) = (try RunJournal(reading: url), JSONEncoder.ofLines)
        let planned = plannedOutputs
        try encoder.line(earlier.header).withUnsafeBytes(journal.append)
        for place in earlier.places {
            let completion = try earlier.completion(at: place)
            guard let output = completion.entry.output, !planned.contains(Array(output.utf8)) else { continue }
            try encoder.line(completion).withUnsafeBytes(journal.append)
        }
    }

    /// The pictures' paths below the folder, as bytes.
    private var plannedOutputs: Set<[UInt8]> {
        Set(file.items.lazy.flatMap(\.pictures).map { Array(folder.name(of: $0).utf8) })
    }

    private func joinTimings() throws {
        let planned = plannedOutputs
        let earlier = try? LineFile(reading: folder.timings)
        try AtomicFile.write(to: folder.timings, overwrite: true) { whole in
            try earlier?.forEachLine { _, line in
                let timing = try? JSONDecoder().decode(Timing.self, from: line)
                guard let timing, !planned.contains(Array(timing.output.utf8)) else { return }
                try (line + Data("\n".utf8)).withUnsafeBytes(whole.append)
            }
            for shard in shards {
                let part = try? Data(contentsOf: records.timings(of: shard), options: .alwaysMapped)
                try part?.withUnsafeBytes(whole.append)
            }
        }
    }
}

extension ManifestEntry.Outcome {
    fileprivate var counted: ItemOutcome? {
        switch self {
        case .done: .done
        case .skipped: .skipped
        case .failed: .failed
        case .passedOver: nil
        }
    }
}

/// Reasons why the shards of a plan do not make a run yet, in one sentence.
public enum MergeError: DescribedError, Equatable {
    /// No shard of the plan has been started.
    case notBegun(folder: String)
    /// Some shards have no completion record.
    case incomplete([Shard])
    /// The plan has records of several partitions.
    case severalCounts([Int], folder: String)
    /// A picture that was made is gone or has been replaced.
    case changed(picture: String, Shard)

    /// Maximal number of shards that a sentence names.
    private static let named = 10

    public var description: String {
        switch self {
        case .notBegun(let folder):
            "\(folder) holds no records of the plan: its shards are to be run first."
        case .incomplete(let shards):
            "\(shards.count) of \(shards.first?.count ?? 0) shards are not complete: run \(Self.list(shards)) again."
        case .severalCounts(let counts, let folder):
            """
            \(folder) holds records of the plan in \(counts.map(String.init).joined(separator: " and in ")) shards: \
            one count was expected.
            """
        case .changed(let picture, let shard):
            "\(picture) is not as shard \(shard) left it: run that shard again."
        }
    }

    private static func list(_ shards: [Shard]) -> String {
        let names = shards.prefix(named).map(\.description).joined(separator: ", ")
        return shards.count > named ? names + " and the others" : names
    }
}
