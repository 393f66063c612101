import Foundation
import TestSupport
import Testing

/// A plan, its shards run by several processes, and the merged result, with few steps, as the results tested here hold
/// for any number of them.
@Suite(.serialized) struct PlannedRunTests {
    let scratch: TemporaryFolder
    private static let sounds = ["a/crow.flac", "a/dog-bark.ogg", "rain.ogg", "rooster.ogg"]

    /// Makes four sounds and one file that is no sound, below `in`.
    init() throws {
        scratch = try TemporaryFolder()
        for sound in Self.sounds {
            let sample = Checkout.samples.appending(path: URL(filePath: sound).lastPathComponent)
            try scratch.copy(sample, to: "in/" + sound)
        }
        try scratch.write("in/broken.wav", "no sound")
    }

    private func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Command.Outcome {
        try Command.start(arguments, environment: environment, in: scratch.url).finish()
    }

    private func plan(_ arguments: String...) throws {
        let outcome = try Command.start(
            ["plan", "in", "-o", "out", "--to", "run.plan", "--steps", "2", "--seed", "5"] + arguments, in: scratch.url
        ).finish()
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.text.hasPrefix("run.plan  "))
    }

    private func expectRefusal(_ outcome: Command.Outcome, exitCode: Int32, naming part: String) {
        #expect(outcome.exitCode == exitCode, "\(outcome.errors)")
        #expect(outcome.errors.contains(part), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test func shardsMakeWhatOneProcessMakes() throws {
        #expect(try run("in", "-o", "alone", "--steps", "2", "--seed", "5").exitCode == 1)
        try plan()
        #expect(!FileManager.default.fileExists(atPath: scratch.path("out")))
        let codes = try ["3/3", "1/3", "2/3"].map { try run("run", "run.plan", "--shard", $0).exitCode }
        // The broken file is third in order, so it belongs to shard 3.
        #expect(codes == [1, 0, 0])
        let merged = try run("merge", "run.plan", "--report")
        #expect(merged.exitCode == 1 && merged.errors == "4 of 5 pictures done, 1 failed.\n")
        #expect(merged.text == "out/index.html\n")
        #expect(
            try String(decoding: scratch.data("out/.fusemix-gen/command"), as: UTF8.self)
                == "fusemix-gen run run.plan && fusemix-gen merge run.plan")
        for sound in Self.sounds {
            let picture = URL(filePath: sound).deletingPathExtension().relativePath + ".png"
            #expect(try scratch.data("out/" + picture) == scratch.data("alone/" + picture), "\(picture)")
        }
        #expect(try scratch.data("out/manifest.jsonl") == scratch.data("alone/manifest.jsonl"))
        let timings = try String(decoding: scratch.data("out/timings.jsonl"), as: UTF8.self)
        #expect(timings.split(separator: "\n").count == 4)
        let resumed = try run("in", "-o", "out", "--steps", "2", "--seed", "5", "--resume")
        #expect(resumed.errors.hasSuffix("4 of 5 pictures done (4 before), 1 failed.\n"), "\(resumed.errors)")
    }

    @Test func tasksOfASlurmArrayAreShards() throws {
        try plan()
        for id in ["10", "11"] {
            let array = ["SLURM_ARRAY_TASK_ID": id, "SLURM_ARRAY_TASK_MIN": "10", "SLURM_ARRAY_TASK_COUNT": "2"]
            let outcome = try run("run", "run.plan", environment: array)
            #expect(outcome.exitCode == (id == "10" ? 1 : 0), "\(outcome.errors)")
        }
        #expect(try run("merge", "run.plan", "--quiet").exitCode == 1)
        #expect(
            try String(decoding: scratch.data("out/manifest.jsonl"), as: UTF8.self).split(separator: "\n").count == 5)
        let gaps = ["SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "2"]
        expectRefusal(try run("run", "run.plan", environment: gaps), exitCode: 2, naming: "--array=1-8")
    }

    @Test func aKilledShardIsRunAgain() throws {
        try plan("--threads", "1")
        _ = try Command.interrupt(
            ["run", "run.plan", "--shard", "1/1", "--batch-size", "1"], with: SIGKILL, in: scratch.url
        ) {
            FileManager.default.fileExists(atPath: scratch.path("out/a/crow.png"))
        } reset: {
            try FileManager.default.removeItem(at: scratch.url("out"))
        }
        expectRefusal(
            try run("merge", "run.plan"), exitCode: 1, naming: "1 of 1 shards are not complete: run 1/1 again.")
        let first = try scratch.data("out/a/crow.png")
        let again = try run("run", "run.plan")
        #expect(again.exitCode == 1 && again.errors.contains("before"), "\(again.errors)")
        #expect(try scratch.data("out/a/crow.png") == first)
        #expect(try run("merge", "run.plan").exitCode == 1)
        // A missing picture is noticed, and made again.
        try FileManager.default.removeItem(atPath: scratch.path("out/rain.png"))
        expectRefusal(try run("merge", "run.plan"), exitCode: 1, naming: "out/rain.png is not as shard 1/1 left it")
        _ = try run("run", "run.plan")
        #expect(try run("merge", "run.plan", "--quiet").errors.isEmpty)
    }

    @Test func otherSettingsAreRefused() throws {
        try plan()
        for option in ["--steps", "--seed", "--precision", "--threads", "--output"] {
            expectRefusal(try run("run", "run.plan", option, "1"), exitCode: 2, naming: "Unknown option '\(option)'")
        }
        expectRefusal(try run("run", "run.plan", "--shard", "4/3"), exitCode: 2, naming: "is not a shard")
        expectRefusal(try run("run", "run.plan", "--model", "absent"), exitCode: 3, naming: "absent")
        let text = try String(decoding: scratch.data("run.plan"), as: UTF8.self)
        let older = text.replacingOccurrences(
            of: #""version":"[^"]*""#, with: #""version":"0.0.1""#, options: .regularExpression)
        try scratch.write("older.plan", older)
        expectRefusal(
            try run("run", "older.plan"), exitCode: 2,
            naming: "older.plan cannot be run here: it was made for version 0.0.1")
        #expect(!FileManager.default.fileExists(atPath: scratch.path("out")))
    }

    @Test func sharesDoNotMix() throws {
        try plan()
        _ = try run("run", "run.plan", "--shard", "2/4")
        expectRefusal(
            try run("run", "run.plan", "--shard", "1/2"), exitCode: 2, naming: "records of the plan in 4 shards")
        expectRefusal(
            try run("merge", "run.plan"), exitCode: 1, naming: "3 of 4 shards are not complete: run 1/4, 3/4, 4/4")
    }

    @Test func hostilePlansAreRefused() throws {
        try plan()
        let plan = try scratch.data("run.plan")
        let outside = String(decoding: plan, as: UTF8.self).replacingOccurrences(
            of: "out/rain.png", with: "out/../rain.png")
        let files: [(String, Data)] = [
            ("empty", Data()), ("short", plan.prefix(plan.count / 2)), ("outside", Data(outside.utf8)),
            ("noise", Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 73) })),
        ]
        for (name, data) in files {
            try scratch.write(name, data)
            for command in ["run", "merge"] { expectRefusal(try run(command, name), exitCode: 2, naming: name) }
        }
        for name in ["absent", "in"] {
            expectRefusal(try run("run", name), exitCode: 2, naming: "\(name) cannot be read")
        }
    }

    @Test func plansAreForManyPictures() throws {
        expectRefusal(
            try run("plan", "in/rain.ogg", "-o", "a.png", "--to", "p"), exitCode: 2,
            naming: "A plan is for many pictures")
        try plan()
        expectRefusal(try run("plan", "in", "-o", "out", "--to", "run.plan"), exitCode: 1, naming: "exists already")
        #expect(try run("plan", "in", "-o", "out", "--to", "run.plan", "--overwrite", "--quiet").text.isEmpty)
    }
}
