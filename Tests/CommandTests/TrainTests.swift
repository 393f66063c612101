import Foundation
import FuseMix
import LatentStore
import TensorCore
import TestSupport
import Testing

/// `fusemix-gen train` as a user runs it.
@Suite(.serialized) struct TrainTests {
    let scratch: TemporaryFolder
    let files: [String]

    /// Makes 120 pairs whose y is a part of x, in groups of two.
    init() throws {
        scratch = try TemporaryFolder()
        files = ["--x", scratch.path("x.safetensors"), "--y", scratch.path("y.safetensors")]
        let ids = (0..<120).map { "clip \($0)" }
        var state: UInt64 = 7
        let values = (0..<120 * 12).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
        }
        let x = Tensor(values, shape: [120, 12])
        let y = Tensor((0..<120 * 6).map { values[$0 / 6 * 12 + $0 % 6] }, shape: [120, 6])
        try LatentSet(
            ids: ids, groups: (0..<120).map { "recording \($0 / 2)" }, vectors: x, metadata: ["encoder": "ears"]
        ).write(to: scratch.url("x.safetensors"))
        try LatentSet(ids: ids, vectors: y.float16(), metadata: ["encoder": "words"])
            .write(to: scratch.url("y.safetensors"))
    }

    private let small = ["--width", "8", "--output-size", "8", "--batch", "32", "--lr", "0.01"]

    private func train(_ arguments: [String], environment: [String: String] = [:]) throws -> Command.Outcome {
        try Command.start(["train"] + files + arguments, environment: environment, in: scratch.url).finish()
    }

    @Test func help() throws {
        let outcome = try Command.start(["train", "--help"], environment: ["COLUMNS": "100"]).finish()
        #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
        try expectSnapshot(outcome.text, "help-train")
    }

    @Test func component() throws {
        let outcome = try train(small + ["-o", "bridge", "--epochs", "20", "--log", "log.jsonl", "--json"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("Expected time:"))
        #expect(outcome.objects.first?["output"] as? String == "bridge")
        #expect(try scratch.names == ["bridge", "log.jsonl", "x.safetensors", "y.safetensors"])
        let folder = scratch.url("bridge")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["README.md", "SHA256SUMS", "config.json", "model.safetensors"])
        let pair = try AdapterPair(contentsOf: folder)
        #expect(pair.configuration.xEncoder == "ears" && pair.configuration.yEncoder == "words")
        #expect(pair.x(Tensor(zeros: [3, 12])).shape == [3, 8])
        let card = try String(contentsOf: folder.appending(path: "README.md"), encoding: .utf8)
        for part in ["fusemix-gen train --x x.safetensors", "R@1", "| seed | 42 |", "x.safetensors | "] {
            #expect(card.contains(part), "\(part)")
        }
        let log = try String(contentsOf: scratch.url("log.jsonl"), encoding: .utf8)
        #expect(log.split(separator: "\n").count == 40)

        let again = try train(small + ["-o", "bridge", "--epochs", "20"])
        #expect(again.exitCode == 1 && again.errors.contains("exists already"))
        let weights = try Data(contentsOf: folder.appending(path: "model.safetensors"))
        #expect(try train(small + ["-o", "bridge", "--epochs", "20", "--overwrite"]).exitCode == 0)
        #expect(try Data(contentsOf: folder.appending(path: "model.safetensors")) == weights)
    }

    /// If standard error is no terminal, it gets the size of the task, the expected time, then a line at least at the
    /// first and last step, all of them whole lines.
    @Test func progressLines() throws {
        let outcome = try train(small + ["-o", "a", "--epochs", "20"])
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.count >= 4 && !outcome.errors.contains("\r") && outcome.errors.hasSuffix("\n"))
        #expect(lines[0].contains("108 pairs to train on, 12 held out") && lines[0].contains("20 steps of 32 mixed"))
        let step =
            #/step (\d+) of 20  epoch \d+  loss \d+\.\d{4}  temperature 0\.\d{4}(  R@1 (\d\.\d{3}) \((?:best \d\.\d{3}|as stored)\))?  \d+ pairs/s  (\d+ h \d+ min|(\d+ min )?\d+ s) left/#
        let steps = lines.compactMap { $0.wholeMatch(of: step) }
        #expect(steps.count == lines.count - 2 && lines.contains { $0.hasPrefix("Expected time: ") })
        #expect(steps.first?.1 == "1" && steps.first?.2 == nil && steps.last?.1 == "20")
        // The last figure is the one on the card.
        let stored = try #require(steps.last?.3)
        #expect(lines.last?.contains("(as stored)") ?? false)
        let card = try String(decoding: scratch.data("a/README.md"), as: UTF8.self)
        let measured = try #require(card.firstMatch(of: #/stored: R@1 (\d\.\d+)/#)?.1)
        #expect(abs(try #require(Double(measured)) - #require(Double(stored))) < 0.0006, "\(stored)")
        #expect(try train(small + ["-o", "b", "--epochs", "20", "--quiet"]).errors.isEmpty)
    }

    @Test func anchored() throws {
        let options = ["-o", "anchored", "--anchored", "--width", "8", "--epochs", "5", "--dtype", "f32", "--quiet"]
        let outcome = try train(options)
        #expect(outcome.exitCode == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let pair = try AdapterPair(contentsOf: scratch.url("anchored"))
        #expect(pair.configuration.y.kind == .identity && pair.configuration.outputSize == 6)
    }

    @Test(arguments: ["linear", "procrustes", "cca"])
    func closedForms(method: String) throws {
        let outcome = try train(["-o", method, "--method", method, "--dtype", "f32", "--json"])
        #expect(outcome.exitCode == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let score = try #require(outcome.objects.first?["validation"] as? [String: Any])
        #expect(try #require(score["recall_x_to_y"] as? Double) > 0.9)
        #expect(try AdapterPair(contentsOf: scratch.url.appending(path: method)).x.inputSize == 12)
    }

    /// Closed forms use pairs, the split and the selection measure, and no option of training.
    @Test func closedFormsHeedPairsAndRefuseSettings() throws {
        let lines = (0..<120).map { "clip \($0)\tclip \($0)\tclass \($0 % 8)\n" }
        try scratch.write("pairs.tsv", ("x\ty\tgroup\n" + lines.joined()))
        let held = ["--pairs", "pairs.tsv", "--validation-groups", "class 3", "--json"]
        let outcome = try train(["-o", "a", "--method", "linear", "--select-by", "class-accuracy"] + held)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let score = try #require(outcome.objects.first?["validation"] as? [String: Any])
        #expect(try #require(score["class_accuracy"] as? Double) > 0.9)
        for option in [["--standardise"], ["--positives", "group"], ["--epochs", "3"], ["--width", "8"]] {
            let refused = try train(["-o", "b", "--method", "cca"] + option)
            #expect(refused.exitCode == 2 && refused.errors.contains(option[0]), "\(refused.errors)")
        }
    }

    /// With one class held out, selection by class accuracy still compares all classes.
    @Test(arguments: ["recall", "mean-recall", "class-accuracy"])
    func selection(by name: String) throws {
        let outcome = try train(
            small + ["-o", "a", "--epochs", "12", "--select-by", name, "--json", "--log", "log.jsonl"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let summary = try #require(outcome.objects.first)
        let best = try #require(summary["best_step"] as? Int)
        let log = try String(contentsOf: scratch.url("log.jsonl"), encoding: .utf8)
        let validations = try log.split(separator: "\n").compactMap { line -> (step: Int, value: Double)? in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            guard let object, let step = object["step"] as? Int, let score = object["score"] as? [String: Double]
            else { return nil }
            let recall = ((score["recall_x_to_y"] ?? 0) + (score["recall_y_to_x"] ?? 0)) / 2
            return (step, name == "recall" ? recall : score[name.replacing("-", with: "_")] ?? -1)
        }
        let highest = try #require(validations.map(\.value).max())
        #expect(highest >= 0 && best == validations.first { $0.value == highest }?.step)
    }

    /// A training that is interrupted and resumed writes the same bytes as an unbroken one.
    @Test(arguments: zip([SIGINT, SIGTERM], [130, 143] as [Int32]))
    func interruptAndResume(number: Int32, code: Int32) throws {
        let options = small + ["--epochs", "1500", "--validate-every", "50", "--patience", "0"]
        let outcome = try Command.interrupt(
            ["train"] + files + options + ["-o", "broken", "--log", "log.jsonl"], with: number, in: scratch.url
        ) {
            !((try? scratch.data("log.jsonl")) ?? Data()).isEmpty
        } reset: {
            for name in ["broken", "log.jsonl"] { try FileManager.default.removeItem(at: scratch.url(name)) }
        }
        #expect(outcome.exitCode == code, "\(outcome.errors)")
        #expect(outcome.errors.contains("--resume"))
        #expect(try scratch.names.contains("broken.training") && !scratch.names.contains("broken"))

        let refused = try train(options + ["-o", "broken"])
        #expect(refused.exitCode == 1 && refused.errors.contains("broken.training"))
        #expect(try train(options + ["-o", "broken", "--resume", "--quiet"]).exitCode == 0)
        #expect(try !scratch.names.contains("broken.training"))
        #expect(try train(options + ["-o", "whole", "--quiet"]).exitCode == 0)
        #expect(try scratch.data("broken/model.safetensors") == scratch.data("whole/model.safetensors"))
    }

    @Test func baseInClosedForm() throws {
        let weight = Tensor((0..<18).map { Float($0 % 7) - 3 }, shape: [6, 3])
        try SafetensorsFile.write([("weight", weight)], to: scratch.url("base.safetensors"))
        let options = ["--method", "linear", "--base", "base.safetensors", "--base-power", "1.5"]
        let outcome = try train(["-o", "a", "--anchored", "--json"] + options)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let pair = try AdapterPair(contentsOf: scratch.url("a"))
        #expect(pair.configuration.x.base?.power == 1.5 && pair.configuration.x.kind == .linear)
        let score = try #require(outcome.objects.first?["validation"] as? [String: Any])
        #expect(try #require(score["mean_recall"] as? Double) > 0.5)
        let refused = try train(["-o", "b"] + options)
        #expect(refused.exitCode == 2 && refused.errors.contains("--anchored"))
    }

    /// The last three channels of x are class scores; x corrects the vector that they weight, or chooses among the vectors.
    @Test(arguments: [nil, 3.0])
    func base(gain: Double?) throws {
        let weight = Tensor((0..<18).map { Float($0 % 7) - 3 }, shape: [6, 3])
        try SafetensorsFile.write([("weight", weight)], to: scratch.url("base.safetensors"))
        let options =
            ["--anchored", "--base", "base.safetensors", "--base-power", "1.5", "--loss", "cosine"]
            + (gain.map { ["--base-gain", "\($0)"] } ?? [])
        let outcome = try train(
            ["-o", "a", "--width", "8", "--batch", "32", "--epochs", "5", "--standardise", "--quiet"] + options)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let pair = try AdapterPair(contentsOf: scratch.url("a"))
        #expect(pair.configuration.x.base?.count == 3 && pair.configuration.y.kind == .identity)
        #expect(pair.configuration.x.base?.gain == gain)
        #expect(try String(decoding: scratch.data("a/README.md"), as: UTF8.self).contains("gain") == (gain != nil))
        let points = pair.x(Tensor(zeros: [2, 12])).floats
        #expect(points.allSatisfy { $0.isFinite })
    }

    /// Each failure is one sentence that names the fault; nothing is made.
    @Test func failures() throws {
        let pairs = scratch.url("pairs.tsv")
        try Data("x\ty\nclip 1\tclip 900\n".utf8).write(to: pairs)
        try scratch.write("bad.safetensors", "not tensors")
        let before = try scratch.names
        let cases: [([String], Int32, String)] = [
            (["-o", "a", "--x", "absent.safetensors"], 1, "absent.safetensors"),
            (["-o", "a", "--x", "bad.safetensors"], 1, "bad.safetensors"),
            (["-o", "absent/a"], 1, "absent/a"),
            (["-o", "a", "--pairs", "pairs.tsv"], 1, "clip 900"),
            (["-o", "a", "--batch", "500"], 1, "needs 1000"),
            (["-o", "a", "--resume"], 1, "a.training"),
            (["-o", "a", "--validation-groups", "nobody"], 1, "nobody"),
            (["-o", "a", "--log", "absent/log"], 1, "absent/log"),
            (["-o", "a", "--dropout", "1"], 2, "--dropout"), (["-o", "a", "--epochs", "0"], 2, "--epochs"),
            (["-o", "a", "--method", "cca", "--anchored"], 1, "cca"),
            (["-o", "a", "--method", "linear", "--resume"], 2, "--resume"),
            (["-o", "a", "--method", "cca", "--base", "b.safetensors"], 2, "--base"),
            (["-o", "a", "--anchored", "--base-gain", "2"], 2, "--base-gain"),
            (["-o", "a", "--preset", "huge"], 2, "preset"), (["-o", "a", "--lr", "-1"], 2, "--lr"),
            (["-o", "a", "--anchored", "--output-size", "9"], 2, "--output-size"),
            (["-o", "a", "--loss", "cosine"], 2, "--anchored"),
            (["-o", "a", "--validation", "0.1", "--validation-groups", "b"], 2, "--validation-groups"),
            ([], 2, "output"),
        ]
        for (arguments, code, words) in cases {
            let outcome = try Command.start(["train"] + files + arguments, in: scratch.url).finish()
            #expect(outcome.exitCode == code, "\(arguments): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
            let sentences = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("fusemix-gen: ") }
            #expect(sentences.count == 1 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
            #expect(try scratch.names == before, "\(arguments)")
        }
    }
}
