import Foundation
import PictureFiles
import TestSupport
import Testing

/// Runs over many sounds, with few steps, as the results tested here hold for any number of them.
@Suite(.serialized) struct BatchTests {
    let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    /// Makes copies of samples below `in`, in the order of their names; the same few sounds again and again.
    private func sounds(_ count: Int) throws {
        for index in 0..<count {
            let sample = try #require(samples.isEmpty ? nil : samples[index % samples.count])
            try scratch.copy(sample, to: "in/\(index % 3)/\(index)-\(sample.lastPathComponent)")
        }
    }

    private var samples: [URL] {
        ((try? FileManager.default.contentsOfDirectory(atPath: Checkout.samples.path)) ?? []).sorted()
            .map { Checkout.samples.appending(path: $0) }
            .filter { ["ogg", "flac", "wav"].contains($0.pathExtension) }
    }

    private func run(_ arguments: String...) throws -> Command.Outcome {
        try Command.start(arguments, in: scratch.url).finish()
    }

    /// Returns every picture and the manifest of a run, by the bytes of their paths.
    private func results(_ folder: String) throws -> [[UInt8]: Data] {
        let root = scratch.url.appending(path: folder)
        var results: [[UInt8]: Data] = [:]
        let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        for path in paths where path.hasSuffix(".png") || path == "manifest.jsonl" {
            results[Array(path.utf8)] = try Data(contentsOf: root.appending(path: path))
        }
        return results
    }

    private func pictures(_ folder: String) -> [String] {
        (FileManager.default.enumerator(atPath: scratch.path(folder))?.compactMap { $0 as? String } ?? []).filter {
            $0.hasSuffix(".png")
        }
    }

    private func manifest(_ folder: String) throws -> [[String: Any]] {
        try String(decoding: scratch.data("\(folder)/manifest.jsonl"), as: UTF8.self).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test func batchesAndJobsChangeNothing() throws {
        try sounds(7)
        #expect(try run("in", "-o", "one", "--steps", "2", "--batch-size", "1", "--jobs", "1").exitCode == 0)
        let expected = try results("one")
        #expect(expected.count == 8)
        for (name, size, jobs) in [("two", "3", "4"), ("three", "16", "1")] {
            let outcome = try run("in", "-o", name, "--steps", "2", "--batch-size", size, "--jobs", jobs)
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            #expect(try results(name) == expected)
        }
        let entry = try #require(try manifest("one").first)
        #expect(entry["status"] as? String == "done" && entry["seconds"] == nil && entry["heard"] != nil)
        let timings = try String(decoding: scratch.data("one/timings.jsonl"), as: UTF8.self).split(separator: "\n")
        #expect(timings.count == 7)
    }

    @Test func aKilledRunIsResumedToTheSameBytes() throws {
        try sounds(12)
        #expect(try run("in", "-o", "whole", "--steps", "3").exitCode == 0)
        for _ in 0..<10 {
            let running = try Command.start(
                ["in", "-o", "broken", "--steps", "3", "--resume", "--batch-size", "2"], in: scratch.url)
            usleep(.random(in: 50_000...400_000))
            kill(running.process.processIdentifier, SIGKILL)
            _ = try running.finish()
        }
        let outcome = try run("in", "-o", "broken", "--steps", "3", "--resume")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try results("broken") == results("whole"))
        // A finished run has nothing left to do.
        let again = try run("in", "-o", "broken", "--steps", "3", "--resume", "--json")
        #expect(again.exitCode == 0 && again.output.isEmpty)
        #expect(again.errors.contains("12 of 12 pictures done (12 before)"))
        #expect(try results("broken") == results("whole"))
    }

    @Test func damagedPicturesAreMadeAgainOthersAreNotTouched() throws {
        try sounds(3)
        #expect(try run("in", "-o", "out", "--steps", "2").exitCode == 0)
        let expected = try results("out")
        let pictures = try manifest("out").compactMap { $0["output"] as? String }.map {
            scratch.url("out/\($0)")
        }
        try Data(contentsOf: pictures[0]).dropLast(20).write(to: pictures[0])
        try FileManager.default.removeItem(at: pictures[1])
        #expect(try run("in", "-o", "out", "--steps", "2", "--resume").exitCode == 0)
        #expect(try results("out") == expected)

        let other = try run("in", "-o", "out", "--steps", "4", "--resume")
        #expect(other.exitCode == 1 && other.errors.contains("steps 2, not 4"))
        #expect(try results("out") == expected)

        // Without `--resume` they stay too, and so does what is known of them.
        let without = try run("in", "-o", "out", "--steps", "4")
        #expect(without.exitCode == 0 && without.errors.contains("3 skipped because they exist"))
        #expect(try results("out") == expected)
    }

    @Test func aSecondRunKeepsTheRecordOfTheFirst() throws {
        try sounds(3)
        #expect(try run("in", "-o", "out", "--steps", "2").exitCode == 0)
        let expected = try results("out")
        // The same again, with a page, and with another sound's list in the same folder.
        let again = try run("in", "-o", "out", "--steps", "2", "--report")
        #expect(again.exitCode == 0 && again.errors.contains("3 of 3 pictures done (3 before)"))
        #expect(try results("out") == expected)
        #expect(try String(decoding: scratch.data("out/index.html"), as: UTF8.self).contains("\"heard\""))
        try scratch.write("list.jsonl", Data(#"{"prompt": "a cat", "output": "cat.png", "steps": 1}"#.utf8))
        #expect(try run("--list", "list.jsonl", "-o", "out").exitCode == 0)
        let entries = try manifest("out")
        #expect(entries.count == 4 && entries.allSatisfy { $0["status"] as? String == "done" })
        let timings = try String(decoding: scratch.data("out/timings.jsonl"), as: UTF8.self).split(separator: "\n")
        #expect(timings.count == 4)
        // A picture that is gone is no longer told of; one that is made anew is told of anew.
        try FileManager.default.removeItem(at: scratch.url("out/cat.png"))
        #expect(try run("in", "-o", "out", "--steps", "3", "--overwrite").exitCode == 0)
        #expect(try manifest("out").map { $0["steps"] as? Int } == [3, 3, 3])
    }

    @Test func theSameSoundsByOtherPathsAreTheSame() throws {
        try sounds(3)
        #expect(try run("in", "-o", "out", "--steps", "2").exitCode == 0)
        let expected = try results("out")
        for input in ["./in", "in/", scratch.url("in").path] {
            #expect(try run(input, "-o", "out", "--steps", "2").errors.contains("3 of 3 pictures done (3 before)"))
        }
        let inside = try Command.start([".", "-o", "../out", "--steps", "2"], in: scratch.url("in")).finish()
        #expect(inside.errors.contains("3 of 3 pictures done (3 before)"), "\(inside.errors)")
        // A run of other settings that makes nothing leaves no trace.
        #expect(try run("in", "-o", "out", "--steps", "3").errors.contains("3 skipped"))
        #expect(try run("in", "-o", "out", "--steps", "2", "--resume").errors.contains("(3 before)"))
        #expect(try results("out") == expected)
    }

    @Test func skippedPicturesTellWhatTheyCarry() throws {
        try sounds(2)
        #expect(try run("in", "-o", "out", "--steps", "2").exitCode == 0)
        let expected = try manifest("out")
        for file in ["manifest.jsonl", ".fusemix-gen"] {
            try FileManager.default.removeItem(at: scratch.url("out/" + file))
        }
        #expect(try run("in", "-o", "out", "--steps", "5").exitCode == 0)
        let regained = try manifest("out")
        #expect(regained.count == 2)
        for (entry, earlier) in zip(regained, expected) {
            #expect(entry["status"] as? String == "skipped" && entry["steps"] as? Int == 2)
            for key in ["heard", "audioScores", "model", "input", "output", "seed"] {
                #expect(try #require(entry[key] as? NSObject) == #require(earlier[key] as? NSObject))
            }
        }
        // Pictures of sounds of other names are somebody else's.
        try FileManager.default.moveItem(at: scratch.url("in"), to: scratch.url("others"))
        for picture in expected.compactMap({ $0["output"] as? String }) {
            let sound = try #require(
                FileManager.default.enumerator(atPath: scratch.url("others").path)?.compactMap { $0 as? String }
                    .first { $0.hasPrefix(picture.dropLast(4)) })
            try FileManager.default.moveItem(
                at: scratch.url("others/" + sound), to: scratch.url("others/\(picture.dropLast(4)).mp3"))
        }
        #expect(try run("others", "-o", "out", "--steps", "5").exitCode == 0)
        let foreign = try manifest("out").filter { ($0["input"] as? String)?.hasPrefix("others") == true }
        #expect(foreign.count == 2 && foreign.allSatisfy { $0["heard"] == nil })
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func aSignalEndsTheRunAfterWhatItIsAt(signal: Int32, code: Int32) throws {
        try sounds(30)
        let outcome = try Command.interrupt(
            ["in", "-o", "out", "--steps", "4", "--batch-size", "2"], with: signal, in: scratch.url
        ) {
            let journal = (try? scratch.data("out/.fusemix-gen/journal.jsonl")) ?? Data()
            return journal.count { $0 == UInt8(ascii: "\n") } >= 3
        } reset: {
            try FileManager.default.removeItem(at: scratch.url("out"))
        }
        #expect(outcome.exitCode == code)
        #expect(outcome.errors.contains(" left."), "\(outcome.errors)")
        let entries = try manifest("out")
        #expect(!entries.isEmpty && entries.count < 30 && entries.allSatisfy { $0["status"] as? String == "done" })
        #expect(try results("out").count == entries.count + 1)
        #expect(try run("in", "-o", "out", "--steps", "4", "--resume").exitCode == 0)
        #expect(try manifest("out").count == 30)
    }

    /// Only those with as many candidates go on with it.
    @Test func aRunOfCandidatesIsResumed() throws {
        try sounds(2)
        let command = ["in", "-o", "out", "--steps", "2", "--candidates", "3"]
        #expect(try Command.start(command, in: scratch.url).finish().exitCode == 0)
        let first = try #require(manifest("out").first?["output"] as? String)
        let whole = try scratch.data("out/\(first)")
        try FileManager.default.removeItem(at: scratch.url("out/\(first)"))
        let resumed = try Command.start(command + ["--resume"], in: scratch.url).finish()
        #expect(
            resumed.exitCode == 0 && resumed.errors.contains("2 of 2 pictures done (1 before)"), "\(resumed.errors)")
        #expect(try scratch.data("out/\(first)") == whole)
        let others = try Command.start(command.dropLast() + ["2", "--resume"], in: scratch.url).finish()
        #expect(others.exitCode != 0 && others.errors.contains("candidates"), "\(others.errors)")
    }

    /// Quick looks lie beside the pictures while these are drawn.
    @Test func quickLooksComeAndGo() throws {
        try sounds(2)
        _ = try run("in", "-o", "plain", "--steps", "3", "--no-metadata")
        _ = try run("in", "-o", "shown", "--steps", "3", "--no-metadata", "--preview-every", "1")
        #expect(try results("shown") == results("plain"))
        let outcome = try Command.interrupt(
            [
                Checkout.samples.appending(path: "rain.ogg").path, "-o", "p.png", "--steps", "1000", "--preview-every",
                "1",
            ], with: SIGINT,
            in: scratch.url
        ) {
            try scratch.names.contains("p-preview.png")
        } reset: {
        }
        #expect(outcome.exitCode == 130)
        #expect(try !scratch.names.contains { $0.hasPrefix("p") && $0.hasSuffix(".png") })
    }

    /// Of a model whose pictures take minutes, those being drawn are given up.
    @Test func aSignalEndsACheckpointWithinAStep() throws {
        try sounds(3)
        let model = try StandIn("sd1").write(to: scratch)
        let command = ["in", "-o", "out", "--model", model.path, "--steps", "900", "--preview-every", "1"]
        let outcome = try Command.interrupt(command, with: SIGINT, in: scratch.url) {
            try FileManager.default.fileExists(atPath: scratch.path("out"))
                && pictures("out").contains { $0.hasSuffix("-preview.png") }
        } reset: {
            try FileManager.default.removeItem(at: scratch.url("out"))
        }
        #expect(outcome.exitCode == 130)
        #expect(
            outcome.errors.contains("0 of 3 pictures done") && outcome.errors.contains("3 left"), "\(outcome.errors)")
        #expect(pictures("out").isEmpty)
    }

    /// A third of the files is hostile.
    @Test func hostileFoldersEndWellForTheRest() throws {
        let good = [
            "a.ogg", "b\nnew line.ogg", "deep/\u{1F436}.ogg", "-rf.ogg", "--output.ogg", "<script>.ogg", "%41 #?.ogg",
            String(repeating: "x", count: 251) + ".ogg", "\u{1B}[31m.ogg", "\u{E9}.ogg", "e\u{301}.ogg",
        ]
        let flac = try Data(contentsOf: Checkout.samples.appending(path: "crow.flac"))
        let bad: [String: Data] = ["empty.wav": Data(), "text.mp3": Data("no sound".utf8)]
        let cut = ["half.flac": flac.prefix(flac.count / 2)]
        let folder = scratch.url("in")
        let dog = try Data(contentsOf: Checkout.samples.appending(path: "dog-bark.ogg"))
        for name in good { try scratch.write("in/" + name, dog) }
        for (name, data) in bad.merging(cut, uniquingKeysWith: { $1 }) { try scratch.write("in/" + name, data) }
        try #require(symlink("nowhere", folder.path + "/dangling.wav") == 0)
        try #require(symlink("..", folder.path + "/deep/loop") == 0)
        try #require(mkfifo(folder.path + "/pipe.wav", 0o600) == 0)
        let invalid = folder.path.utf8CString.dropLast() + [CChar(UInt8(ascii: "/")), -23] + ".wav".utf8CString
        close(open(Array(invalid), O_CREAT | O_WRONLY, 0o600))

        let outcome = try run("in", "-o", "out", "--steps", "1")
        #expect(outcome.exitCode == 1)
        let entries = try manifest("out")
        #expect(entries.count { $0["status"] as? String == "passed over" } == 2)
        #expect(entries.count == good.count + 7)
        #expect(entries.count { $0["status"] as? String == "done" } == good.count + 1)
        #expect(outcome.errors.contains("warning: in/half.flac "))
        let half = try #require(entries.first { $0["input"] as? String == "in/half.flac" })
        #expect((half["warnings"] as? [String])?.isEmpty == false && half["secondsHeard"] as? Double ?? 0 > 0)
        let others = entries.filter { $0["status"] as? String == "done" && $0["input"] as? String != "in/half.flac" }
        #expect(others.allSatisfy { $0["warnings"] == nil && $0["secondsHeard"] as? Double ?? 0 > 4.9 })
        for name in Array(bad.keys) + ["dangling.wav", "pipe.wav", "\\xE9.wav"] {
            #expect(outcome.errors.contains("in/\(name) "), "\(name)")
        }
        let failed = entries.filter { $0["status"] as? String == "failed" }
        #expect(failed.allSatisfy { ($0["error"] as? String)?.hasSuffix(".") == true })
        let expected = try results("out")
        #expect(expected.count == good.count + 2)
        let resumed = try run("in", "-o", "out", "--steps", "1", "--resume")
        #expect(resumed.exitCode == 1)
        #expect(
            resumed.errors.hasSuffix("pictures done (\(good.count + 1) before), 4 failed, 2 passed over.\n"),
            "\(resumed.errors)")
        #expect(try results("out") == expected)
    }

    @Test func aRunGivesUpWhenItIsToldTo() throws {
        try sounds(4)
        for name in ["0.wav", "1.wav"] { try scratch.write("in/\(name)", "") }
        let fast = try run("in", "-o", "fast", "--steps", "1", "--fail-fast")
        #expect(fast.exitCode == 1 && fast.errors.contains("1 failed"))
        let late = try run("in", "-o", "late", "--steps", "1", "--max-failures", "3")
        #expect(late.exitCode == 1 && late.errors.contains("4 of 6 pictures done, 2 failed."))
    }

    @Test func whatStandsBeforeTheLastFailureIsMade() throws {
        try sounds(4)
        try scratch.write("in/1.wav", "")
        let fast = try run("in", "-o", "fast", "--steps", "1", "--fail-fast", "--batch-size", "16")
        #expect(fast.exitCode == 1 && fast.errors.contains("2 of 5 pictures done, 1 failed, 2 left."), "\(fast.errors)")
    }

    @Test func gridsOfAFolderStayUnlessTheyAreToBeReplaced() throws {
        try sounds(2)
        let arguments = ["in", "-o", "out", "--steps", "1", "--count", "2", "--grid", "--quiet"]
        func run(_ more: String...) throws -> Command.Outcome {
            try Command.start(arguments + more, in: scratch.url).finish()
        }
        #expect(try run().exitCode == 0)
        let entry = try #require(try manifest("out").first?["output"] as? String)
        let sheet = scratch.url.appending(path: "out/\(entry.prefix(while: { $0 != "-" }))-baby-cry-grid.png")
        let whole = try Data(contentsOf: sheet)
        #expect(try results("out").count == 2 * 3 + 1)
        try Data("mine".utf8).write(to: sheet)
        let again = try run()
        #expect(again.exitCode == 0 && again.errors.isEmpty, "\(again.errors)")
        #expect(try Data(contentsOf: sheet) == Data("mine".utf8))
        #expect(try run("--overwrite").exitCode == 0)
        #expect(try Data(contentsOf: sheet) == whole)
    }

    /// A file system of half a megabyte, in a namespace of its own, has room for about ten of the pictures.
    @Test(.enabled(if: BatchTests.canMount)) func aFullDiskEndsTheRun() throws {
        try sounds(30)
        try scratch.makeFolder("out")
        let outcome = try Command.start(
            ["in", "-o", "out", "--steps", "1"], in: scratch.url, by: Self.mounting + ["512k"]
        ).finish()
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors.contains("cannot be written: no space is left."), "\(outcome.errors)")
        #expect(outcome.errors.contains("failed") && outcome.errors.contains(" left."), "\(outcome.errors)")
    }

    /// Command prefix that, followed by a size and a command, runs the command where `out` is a file system of that
    /// size.
    private static let mounting = [
        "/usr/bin/unshare", "-rm", "/bin/sh", "-c", "mount -t tmpfs -o size=$0 none out && exec \"$@\"",
    ]

    private static let canMount = {
        let trial = Process()
        trial.executableURL = URL(filePath: "/usr/bin/unshare")
        trial.arguments = ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
        trial.standardError = FileHandle.nullDevice
        guard (try? trial.run()) != nil else { return false }
        trial.waitUntilExit()
        return trial.terminationStatus == 0
    }()

    @Test func aListSaysWhatToMake() throws {
        let dog = Checkout.samples.appending(path: "dog-bark.ogg").path
        let list = """
            {"input": "\(dog)", "seed": 9, "steps": 3}
            {"prompt": "a red apple", "output": "fruit/apple.png"}
            """
        let outcome = try Command.run(
            "--list", "-", "-o", scratch.path("out"), "--steps", "2", "--json", input: Data(list.utf8))
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.objects.compactMap { $0["steps"] as? Int } == [3, 2])
        _ = try Command.run(dog, "-o", scratch.path("dog.png"), "--seed", "9", "--steps", "3")
        #expect(try scratch.data("dog.png") == scratch.data("out/dog-bark.png"))
        let seed = try #require(outcome.objects.last?["seed"] as? Int)
        _ = try Command.run(
            "--prompt", "a red apple", "-o", scratch.path("apple.png"), "--seed", "\(seed)", "--steps", "2")
        #expect(try scratch.data("apple.png") == scratch.data("out/fruit/apple.png"))

        let changed = list.replacing("\"steps\": 3", with: "\"steps\": 4")
        for (list, code) in [(list, Int32(0)), (changed, 1)] {
            let resumed = try Command.run(
                "--list", "-", "-o", scratch.path("out"), "--steps", "2", "--resume", input: Data(list.utf8))
            #expect(resumed.exitCode == code && (code == 0 || resumed.errors.contains("dog-bark.png was made of")))
        }

        let bad = try Command.run("--list", "-", "-o", scratch.path("bad"), input: Data("{\"promt\": 1}".utf8))
        #expect(bad.exitCode == 2 && bad.errors.contains("“promt”"))
        #expect(try Command.run(dog, "-o", scratch.path("b.png"), "--resume").exitCode == 2)
        #expect(try Command.run(dog, "--list", "-", "-o", scratch.path("bad")).exitCode == 2)
    }

    /// The page's path is the last result, but for a reader of JSON; the command is kept with the seed that was drawn.
    @Test func aRunNamesItsPageAndKeepsItsCommand() throws {
        try scratch.write("list", #"{"prompt": "a red apple", "output": "apple.png"}"#)
        let outcome = try run("--list", "list", "-o", "out", "--steps", "1", "--report", "--seed", "random")
        #expect(outcome.exitCode == 0 && outcome.text.hasSuffix("\nout/index.html\n"), "\(outcome.errors)")
        #expect(outcome.text.contains("nearest sounds: ") && !outcome.text.contains("heard: "))
        let drawn = outcome.errors.split(separator: "\n").first?.split(separator: " ").last ?? ""
        let kept = "fusemix-gen --list list -o out --steps 1 --report --seed random --seed \(drawn) --candidates 2"
        func command() throws -> String {
            String(decoding: try scratch.data("out/.fusemix-gen/command"), as: UTF8.self)
        }
        #expect(try command() == kept)
        #expect(try String(decoding: scratch.data("out/index.html"), as: UTF8.self).contains(kept))

        let again = Array(kept.split(separator: " ").dropFirst().map(String.init)) + ["--resume", "--json"]
        let resumed = try Command.start(again, in: scratch.url).finish()
        #expect(resumed.exitCode == 0 && resumed.text.isEmpty && resumed.errors.contains("out/index.html\n"))
        #expect(try command() == kept)
        _ = try run("--list", "list", "-o", "out", "--steps", "2", "--quiet")
        #expect(try command() == kept, "a run that only finds what is there made nothing")
        let quiet = try run("--list", "list", "-o", "other", "--steps", "1", "--report", "--quiet")
        #expect(quiet.text.isEmpty && quiet.errors.isEmpty)
    }
}
