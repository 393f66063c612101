import FilesOnDisk
import Foundation
import SoundBridge
import Testing

@testable import BatchRuns

@Suite struct MergedShardsTests {
    private let folder: PlannedFolder
    private let records: ShardRecords
    private let output: RunFolder

    init() throws {
        folder = try PlannedFolder(["a.wav", "b/c.flac", "b/d.ogg", "e.wav", "f.wav"])
        records = ShardRecords(of: folder.file)
        output = RunFolder(folder.tree / "out")
    }

    /// Settles the pictures of a shard except for the last `left`; every picture holds its own name. One fails.
    @discardableResult
    private func run(_ shard: Shard, leaving left: Int = 0) throws -> Bool {
        try output.create()
        let journal = try RunJournal(at: records.journal(of: shard), folder.file.header, resuming: true)
        let plan = try folder.file.part(of: shard)
        for item in plan.items.dropLast(left) {
            try plan.createFolder(for: item)
            let picture = item.pictures[0]
            let name = output.name(of: picture)
            let fails = item.relativePath == "e.wav"
            let entry = ManifestEntry(
                input: item.source.name, output: name, settings: item.settings(of: picture),
                outcome: fails ? .failed("No sound.") : .skipped())
            try journal.append(Completion(entry))
        }
        return try records.complete(shard, from: journal)
    }

    @discardableResult
    private func merge(_ file: PlanFile) throws -> RunSummary { try MergedShards(file).write() }

    @Test func shardsGiveTheManifestOfOneRun() throws {
        var manifests: Set<Data> = []
        for count in [1, 2, 3, 7] {
            let again = try MergedShardsTests()
            for shard in Shard.all(count).reversed() { #expect(try again.run(shard)) }
            let summary = try merge(again.folder.file)
            #expect((summary.total, summary.skipped, summary.failed, summary.left) == (5, 4, 1, 0))
            let text = try String(contentsOf: again.output.manifest, encoding: .utf8)
            manifests.insert(Data(text.replacingOccurrences(of: again.folder.tree.path, with: "").utf8))
            let entries = try Manifest.read(contentsOf: again.output.manifest)
            #expect(entries.map(\.output) == ["a.png", "b/c.png", "b/d.png", "e.png", "f.png"])
            #expect(entries.filter { $0.outcome == .failed("No sound.") }.map(\.output) == ["e.png"])
        }
        #expect(manifests.count == 1)
    }

    @Test func saysWhichShardsAreMissing() throws {
        #expect(throws: MergeError.notBegun(folder: output.path)) { try merge(folder.file) }
        let shards = Shard.all(3)
        try run(shards[1])
        #expect(throws: MergeError.incomplete([shards[0], shards[2]])) { try merge(folder.file) }
        #expect(try !run(shards[0], leaving: 1))
        #expect(!FileManager.default.fileExists(atPath: records.completion(of: shards[0]).path))
        try run(shards[2])
        #expect(throws: MergeError.incomplete([shards[0]])) { try merge(folder.file) }
        #expect(
            MergeError.incomplete([shards[0], shards[2]]).description
                == "2 of 3 shards are not complete: run 1/3, 3/3 again.")
        #expect(MergeError.incomplete(Shard.all(5000)).description.hasSuffix("9/5000, 10/5000 and the others again."))
        try run(shards[0])
        try merge(folder.file)
    }

    @Test func aPlanIsSharedOutInOneWay() throws {
        try run(Shard("1/2"))
        try records.check(Shard("2/2"))
        #expect(throws: ShardError.self) { try records.check(Shard("1/3")) }
        try run(Shard("1/3"))
        #expect(throws: MergeError.severalCounts([2, 3], folder: output.path + "/.fusemix-gen")) {
            try merge(folder.file)
        }
    }

    @Test func recordsOfOtherPlansDoNotCount() throws {
        try run(.whole)
        let other = try folder.file.whole()
        let header = RunHeader(
            model: "default", components: "0123", precision: .bfloat16, threads: 2, metadata: true, settings: .example)
        let changed = try PlanFile.write(other, header, model: "default", to: folder.path, overwrite: true)
        #expect(throws: MergeError.notBegun(folder: output.path)) { try merge(changed) }
    }

    @Test func aRecordThatWasTamperedWithIsRefused() throws {
        try run(.whole)
        let record = records.completion(of: .whole)
        let text = try String(contentsOf: record, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        try Data(lines.dropLast(2).joined(separator: "\n").utf8).write(to: record)
        #expect(throws: MergeError.incomplete([.whole])) { try merge(folder.file) }
        try Data("nonsense\n".utf8).write(to: record)
        #expect(throws: RunJournalError.notAJournal(file: record.relativePath)) { try merge(folder.file) }
    }

    @Test func timingsAreJoined() throws {
        for shard in Shard.all(2) {
            try run(shard)
            try Data("\(shard)\n".utf8).write(to: records.timings(of: shard))
        }
        try merge(folder.file)
        #expect(try String(contentsOf: output.timings, encoding: .utf8) == "1/2\n2/2\n")
    }
}
