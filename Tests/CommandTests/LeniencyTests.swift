import Foundation
import TestSupport
import Testing

/// Inputs that are used although something is amiss, inputs that are left out, and meagre surroundings.
@Suite(.serialized) struct LeniencyTests {
    let scratch: TemporaryFolder
    let dog = Checkout.samples.appending(path: "dog-bark.ogg")

    init() throws { scratch = try TemporaryFolder() }

    /// A sound that ends in the middle of a page.
    private func cutSound(_ name: String) throws {
        let bytes = try Data(contentsOf: dog)
        try scratch.write(name, bytes.prefix(bytes.count / 2))
    }

    private func manifest(_ folder: String) throws -> [[String: Any]] {
        let lines = try Data(contentsOf: scratch.url.appending(path: "\(folder)/manifest.jsonl")).split(
            separator: UInt8(ascii: "\n"))
        return try lines.map { try #require(JSONSerialization.jsonObject(with: $0) as? [String: Any]) }
    }

    @Test func whatAFolderPassesOverIsRecorded() throws {
        try scratch.makeFolder("in")
        try scratch.copy(dog, to: "in/dog.ogg")
        try scratch.copy(dog, to: "in/memo")
        try scratch.write("in/notes.txt", "nothing")
        let arguments = [scratch.path("in"), "-o", scratch.path("out"), "--steps", "2"]
        let outcome = try Command.start(arguments).finish()
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.contains("in/memo is passed over: it is a sound by its contents, but not by its name."))
        #expect(outcome.errors.contains("1 of 1 pictures done, 0 failed, 1 passed over."))
        let entries = try manifest("out")
        #expect(entries.map { $0["status"] as? String } == ["done", "passed over"])
        #expect(Set(entries[1].keys) == ["input", "status", "reason"])
        #expect(entries[1]["reason"] as? String == "other name")

        // A plan and its shards record the same.
        let whole = try Data(contentsOf: scratch.url.appending(path: "out/manifest.jsonl"))
        try FileManager.default.removeItem(atPath: scratch.path("out"))
        let plan = scratch.path("run.plan")
        for words in [["plan"] + arguments + ["--to", plan], ["run", plan, "--shard", "1/1"], ["merge", plan]] {
            #expect(try Command.start(words).finish().exitCode == 0)
        }
        #expect(try Data(contentsOf: scratch.url.appending(path: "out/manifest.jsonl")) == whole)
        let page = try Command.run("report", scratch.path("out"))
        #expect(page.exitCode == 0, "\(page.errors)")
        let html = try String(contentsOf: scratch.url.appending(path: "out/index.html"), encoding: .utf8)
        #expect(html.contains("1 picture, 1 passed over"))
    }

    @Test func aFolderOfOtherNamesSaysWhatIsInIt() throws {
        try scratch.makeFolder("in")
        try scratch.copy(dog, to: "in/memo")
        let outcome = try Command.run(scratch.path("in"), "-o", scratch.path("out"))
        #expect(outcome.exitCode == 2)
        #expect(
            outcome.errors.contains("in/memo is a sound by its contents, but not by its name."), "\(outcome.errors)")
    }

    @Test func strictnessHoldsForEmbeddings() throws {
        try scratch.makeFolder("in")
        try scratch.copy(dog, to: "in/dog.ogg")
        try scratch.copy(dog, to: "in/memo")
        try cutSound("in/half.ogg")
        let arguments = [
            "embed", scratch.path("in"), "--encoder", "yamnet", "-o", scratch.path("a.npy"), "--overwrite",
        ]
        let lenient = try Command.start(arguments).finish()
        #expect(lenient.exitCode == 0)
        #expect(lenient.errors.contains("half.ogg may be cut short") && lenient.errors.contains("memo is passed over"))
        let strict = try Command.start(arguments + ["--strict"]).finish()
        #expect(strict.exitCode == 1)
        #expect(strict.errors.contains("half.ogg may be cut short") && strict.text.contains("1 failed"))
    }

    @Test func cutWordsAreToldOfANegativePromptToo() throws {
        let words = Array(repeating: "rain on a roof", count: 200).joined(separator: " ")
        let outcome = try Command.run(
            "--prompt", "a dog", "--negative-prompt", words, "-o", scratch.path("a.png"), "--steps", "2")
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.contains("is longer than the 256 tokens"), "\(outcome.errors)")
    }

    @Test func aPipeOfTheShellIsHeard() throws {
        let script = #""$0" <(cat "$1") -o "$2" --steps 2"#
        let outcome = try Command.start(
            [dog.path, scratch.path("a.png")], by: ["/bin/bash", "-c", script]
        ).finish()
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.text.contains("(5.0 s)"), "\(outcome.text)")
    }

    @Test(arguments: [4, 5, 6, 8, 10, 20]) func tooFewDescriptorsAreOneSentence(limit: Int) throws {
        let script = #"ulimit -n \#(limit); exec "$0" "$@""#
        let outcome = try Command.start(
            [dog.path, "-o", scratch.path("a.png")], by: ["/bin/bash", "-c", script]
        ).finish()
        #expect(outcome.exitCode == 1)
        #expect(
            outcome.errors
                == "fusemix-gen: Too few files may be open at once (ulimit -n is \(limit)): some 32 were expected.\n")
    }

    /// Each thread's arena and each library's reserve would otherwise take addresses that are never used.
    @Test(arguments: [200, 399, 500, 700]) func narrowAddressSpaces(megabytes: Int) throws {
        let script = #"ulimit -v \#(megabytes * 1024); exec "$0" "$@""#
        let outcome = try Command.start(
            [dog.path, "-o", scratch.path("a.png"), "--overwrite"], by: ["/bin/bash", "-c", script]
        ).finish()
        #expect(outcome.exitCode == (megabytes < 400 ? 1 : 0), "\(outcome.errors)")
        let sentence =
            "fusemix-gen: Too little memory may be used (ulimit -v is \(megabytes) MB): at least 400 MB were expected.\n"
        #expect(outcome.errors == (megabytes < 400 ? sentence : ""))
    }

    @Test func aMissingTMPDIRIsDoneWithout() throws {
        let outcome = try Command.run(
            "-", "-o", scratch.path("a.png"), "--steps", "2", input: Data(contentsOf: dog),
            environment: ["TMPDIR": "/nowhere"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
}
