import FilesOnDisk
import Foundation
import SoundBridge
import Testing

@testable import BatchRuns

@Suite struct RunJournalTests {
    let tree: Tree
    let url: URL
    let header = RunJournalTests.header(seed: 3)

    init() throws {
        tree = try Tree()
        url = URL(filePath: tree / "journal.jsonl")
    }

    private static func header(seed: UInt64) -> RunHeader {
        RunHeader(
            model: "default", components: "0a", precision: .float32, threads: 1, metadata: true,
            settings: GenerationSettings(seed: seed))
    }

    private static func done(_ output: String) throws -> ManifestEntry {
        try JSONDecoder().decode(
            ManifestEntry.self,
            from: Data(
                """
                {"status":"done","output":"\(output)","seed":1,"steps":2,"sampler":"euler","guidanceScale":2,"audioWeight":0.5,
                "window":"mean","width":8,"height":8,"model":"m","version":"1","precision":"f32","heard":[]}
                """.utf8))
    }

    private func failure(_ output: String, _ error: String = "why") -> Completion {
        Completion(
            ManifestEntry(
                input: "in/" + output, output: output, settings: GenerationSettings(seed: 1), outcome: .failed(error)))
    }

    @Test func rememberedAcrossRuns() throws {
        // The two forms of é make two files.
        let names = ["a.png", "\u{E9}.png", "e\u{301}.png"]
        do {
            let journal = try RunJournal(at: url, header, resuming: true)
            for name in names { try journal.append(failure(name, name)) }
            try journal.append(failure("a.png", "again"))
        }
        let journal = try RunJournal(at: url, header, resuming: true)
        #expect(try journal.completion(of: "a.png", from: "in/a.png") == failure("a.png", "again"))
        for name in names.dropFirst() {
            let output = try journal.completion(of: name, from: "in/" + name)?.entry.output
            #expect(output.map { Array($0.utf8) } == Array(name.utf8))
        }
        #expect(try journal.completion(of: "b.png", from: "in/b.png") == nil)
        #expect(try RunJournal(reading: url).header == header)
    }

    @Test func aLineThatWasCutShortIsDropped() throws {
        do {
            let journal = try RunJournal(at: url, header, resuming: false)
            for name in ["a.png", "b.png"] { try journal.append(failure(name)) }
        }
        let whole = try Data(contentsOf: url)
        for missing in [1, 7, 40] {
            try whole.dropLast(missing).write(to: url)
            let journal = try RunJournal(at: url, header, resuming: true)
            #expect(try journal.completion(of: "a.png", from: "in/a.png") == failure("a.png"))
            #expect(try journal.completion(of: "b.png", from: "in/b.png") == nil)
            try journal.append(failure("b.png"))
            #expect(try Data(contentsOf: url) == whole)
        }
        try whole.prefix(10).write(to: url)
        #expect(try RunJournal(at: url, header, resuming: true).completion(of: "a.png", from: "in/a.png") == nil)
    }

    @Test func otherSettingsAreRefused() throws {
        do { _ = try RunJournal(at: url, header, resuming: false) }
        #expect(throws: RunJournalError.otherSettings(file: url.relativePath, difference: "seed 3, not 4")) {
            try RunJournal(at: url, Self.header(seed: 4), resuming: true)
        }
        #expect(try RunJournal(at: url, Self.header(seed: 4), resuming: false).header.settings.seed == 4)
        try Data("anything\n".utf8).write(to: url)
        for resuming in [true, false] {
            #expect(throws: RunJournalError.notAJournal(file: url.relativePath)) {
                try RunJournal(at: url, header, resuming: resuming)
            }
        }
    }

    @Test func whatEarlierRunsMadeStaysKnown() throws {
        let done = Completion(try Self.done("a.png"), file: FileDigest(of: Data()))
        do {
            let journal = try RunJournal(at: url, header, resuming: false)
            try journal.append(done)
        }
        do {
            let journal = try RunJournal(at: url, Self.header(seed: 4), resuming: false)
            let place = try #require(journal.placeOfDone("a.png"))
            #expect(!journal.isOwn(place))
            #expect(try journal.completion(at: place) == done)
            // Another sound's failure at the same place says nothing of the picture there.
            try journal.append(failure("a.png"))
            #expect(try journal.completion(of: "a.png", from: nil) == done)
            #expect(try journal.completion(of: "a.png", from: "in/a.png") == failure("a.png"))
            #expect(journal.places.count == 2)
        }
        // The last run is the one to resume; after its own header, what was made before is its own no more.
        #expect(throws: RunJournalError.self) { try RunJournal(at: url, header, resuming: true) }
        let again = try RunJournal(at: url, Self.header(seed: 4), resuming: true)
        #expect(try again.isOwn(#require(again.place(of: "a.png", from: "in/a.png"))))
        #expect(try !again.isOwn(#require(again.placeOfDone("a.png"))))
        try again.append(done)
        #expect(again.places.count == 1)
    }

    @Test func oneRunWritesAtATime() throws {
        let journal = try RunJournal(at: url, header, resuming: true)
        #expect(
            throws: RunJournalError.unwritable(file: url.relativePath, reason: "another run is writing it")
        ) { try RunJournal(at: url, header, resuming: true) }
        try journal.append(failure("a.png"))
    }

    @Test func onlyTheVeryFileIsTrusted() throws {
        let picture = Data("a picture".utf8)
        let record = try Self.done("a.png")
        let completion = Completion(record, file: FileDigest(of: picture))
        #expect(!completion.isTrustworthy(at: tree / "a.png"))
        try picture.write(to: URL(filePath: tree / "a.png"))
        #expect(completion.isTrustworthy(at: tree / "a.png"))
        try picture.dropLast().write(to: URL(filePath: tree / "a.png"))
        #expect(!completion.isTrustworthy(at: tree / "a.png"))
        #expect(!failure("a.png").isTrustworthy(at: tree / "a.png"))
        let again = try JSONDecoder().decode(ManifestEntry.self, from: record.json())
        #expect(again == record)
    }

    @Test func theManifestIsSortedByInput() throws {
        let tree = try Tree(["in/b.wav", "in/a.wav", "in/c/d.wav"])
        let plan = try RunPlan(
            inputs: [tree / "in/c", tree / "in/b.wav", tree / "in/a.wav"], output: tree / "out", count: 2)
        let folder = RunFolder(tree / "out")
        try folder.create()
        let journal = try RunJournal(at: folder.journal(), header, resuming: false)
        for picture in plan.items.dropFirst().flatMap(\.pictures) {
            let name = folder.name(of: picture)
            try journal.append(
                Completion(
                    ManifestEntry(
                        input: tree / "in/" + name.prefix(1) + ".wav", output: name,
                        settings: GenerationSettings(seed: 1),
                        outcome: .failed("why"))))
        }
        try Manifest.write(plan, from: journal, to: folder)
        let outputs = try Manifest.read(contentsOf: folder.manifest).compactMap(\.output)
        #expect(outputs.count == 4 && outputs == outputs.sorted() && outputs[0].hasPrefix("a-"))
        #expect(throws: RunJournalError.self) { try Manifest.read(contentsOf: URL(filePath: tree / "in/a.wav/x")) }
    }
}
