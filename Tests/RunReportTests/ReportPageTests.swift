import BatchRuns
import Foundation
import LatentDiffusion
import SoundBridge
import TestSupport
import Testing

@testable import RunReport

@Suite struct ReportPageTests {
    private let scratch: TemporaryFolder
    private var folder: URL { scratch.url }

    init() throws { scratch = try TemporaryFolder() }

    func settings(seed: UInt64, prompt: String? = nil) -> GenerationSettings {
        GenerationSettings(seed: seed, steps: 12, sampler: .euler, guidanceScale: 3, prompt: prompt)
    }

    func entry(_ input: String?, _ output: String?, _ outcome: ManifestEntry.Outcome) -> ManifestEntry {
        ManifestEntry(
            input: input, output: output, settings: output.map { _ in settings(seed: 9_223_372_036_854_775_807) },
            outcome: outcome)
    }

    /// The folder's own path as the system knows it.
    var here: AbsolutePath { AbsolutePath(folder: folder.path(percentEncoded: false)) }

    func item(_ entry: ManifestEntry) -> ReportItem { ReportItem(entry, in: here, soundsFrom: here) }

    @Test func anItemPointsToItsFilesFromThePage() {
        let item = item(entry("sounds/a b#?.wav", "a b#?.png", .skipped()))
        #expect(item.sound?.text == "sounds/a%20b%23%3F.wav")
        #expect(item.picture?.text == "a%20b%23%3F.png")
        #expect(item.status == .skipped && item.seed == 9_223_372_036_854_775_807)
        let outside = ReportItem(entry("../x.wav", "x.png", .skipped()), in: here, soundsFrom: here)
        #expect(outside.sound?.text == "../x.wav")
    }

    @Test func aFailureHasNoPicture() {
        let failed = item(entry("a.wav", "a.png", .failed("a.wav is no sound.")))
        #expect(failed.status == .failed && failed.picture == nil && failed.error == "a.wav is no sound.")
        let unlisted = item(entry("locked", nil, .failed("locked cannot be listed.")))
        #expect(unlisted.command == nil && unlisted.settings == nil && unlisted.sound == nil)
    }

    @Test(arguments: [
        ("dog.wav", "dog.wav"), ("it's.wav", #"'it'\''s.wav'"#), ("a b.wav", "'a b.wav'"), ("-rf.wav", "./-rf.wav"),
        ("$(x).wav", "'$(x).wav'"), ("\n.wav", "'\n.wav'"),
    ])
    func commandsAreQuotedForAShell(name: String, word: String) {
        let command = item(entry(name, "d/p.png", .skipped())).command
        #expect(command == "fusemix-gen \(word) -o p.png --seed 9223372036854775807")
    }

    /// A real shell reads the command and its options as the intended words.
    @Test func aShellReadsTheOptionsAsTheyWereMeant() throws {
        let shown = ReportSettings(settings(seed: 1, prompt: "it's \"quiet\" $HOME `x`\nnow"), hasSound: true)
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "printf '%s\\0' \(shown.options)"]
        process.standardOutput = pipe
        try process.run()
        let words = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(separator: "\0").map(String.init)
        #expect(
            words == [
                "--prompt", "it's \"quiet\" $HOME `x`\nnow", "--audio-weight", "0.5", "--window", "mean", "--steps",
                "12", "--sampler", "euler", "--guidance-scale", "3.0",
            ])
    }

    @Test func namesCannotBreakOutOfThePage() throws {
        let hostile = "</script><script>alert(1)</script>.wav"
        let page = try ReportPage(title: "<b>&", items: [item(entry(hostile, "x.png", .skipped()))]).html()
        #expect(!page.contains("</script><script>alert") && page.contains("&lt;b&gt;&amp;"))
        #expect(page.components(separatedBy: "</script>").count == 3)
        for source in ["src=\"http", "src=\"//", "url(http"] { #expect(!page.contains(source)) }
    }

    @Test func titleAndHeadingSayHowTheRunWent() throws {
        let skipped = item(entry("a.wav", "a.png", .skipped())), failed = item(entry("b.wav", "b.png", .failed("no")))
        let page = try ReportPage(title: "run", items: [skipped, failed, failed]).html()
        #expect(page.contains("<title>0 pictures, 1 skipped, 2 failed – run</title>"))
        #expect(page.contains("<bdi>run</bdi> <span>0 pictures, 1 skipped, <strong>2 failed</strong></span>"))
        let many = Array(repeating: ReportItem(name: "a", status: .done), count: 1_002_003)
        #expect(
            ReportTally(many).text == "1,002,003 pictures" && ReportTally(Array(many.prefix(1))).text == "1 picture")
    }

    @Test func thePageNamesTheCommandOfTheRun() throws {
        let run = RunFolder(folder.path(percentEncoded: false))
        try (entry("a.wav", "a.png", .skipped()).json() + Data("\n".utf8)).write(to: run.manifest)
        #expect(run.command == nil)
        #expect(try ReportPage(of: run).html().contains(#"<code tabindex="0"></code>"#))
        try run.create()
        try run.keep(command: "fusemix-gen '<a>' -o out")
        #expect(try ReportPage(of: run).html().contains("fusemix-gen '&lt;a&gt;' -o out</code>"))
    }

    @Test func wordsAreNotHeard() throws {
        let words = item(entry(nil, "d/wolf.png", .skipped())), sound = item(entry("a.wav", "a.png", .skipped()))
        #expect(words.isOfWordsAlone && words.output == "d/wolf.png" && !sound.isOfWordsAlone)
        let items = PageData([words, sound]).items
        #expect(items[0].isOfWordsAlone == true && items[1].isOfWordsAlone == nil)
    }

    @Test func sharedLabelsAndSettingsStandOnce() throws {
        let items = (0..<3).map { item(entry("\($0).wav", "\($0).png", .skipped())) }
        let data = PageData(items)
        #expect(data.settings.count == 1 && data.items.allSatisfy { $0.settings == 0 })
        #expect(data.items.map(\.seed) == Array(repeating: "9223372036854775807", count: 3))
    }

    @Test func thePageIsWrittenFromAManifestAndReplacesOnlyItsOwn() throws {
        let run = RunFolder(folder.path(percentEncoded: false))
        try (entry("a.wav", "a.png", .skipped()).json() + Data("\n".utf8)).write(to: run.manifest)
        try ReportPage.write(of: run)
        let first = try scratch.data("index.html")
        try ReportPage.write(of: run)
        #expect(try scratch.data("index.html") == first)
        try scratch.write("index.html", "<html>mine</html>")
        #expect(throws: (any Error).self) { try ReportPage.write(of: run) }
        try FileManager.default.removeItem(at: run.manifest)
        #expect(throws: (any Error).self) { try ReportPage.write(of: run) }
    }
}
