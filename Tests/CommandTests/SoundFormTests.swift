import Foundation
import TestSupport
import Testing

/// The forms that a sound takes in prompts, as a user asks for them, on a stand-in of random weights.
@Suite(.serialized) struct SoundFormTests {
    let scratch: TemporaryFolder

    init() throws {
        scratch = try TemporaryFolder()
        try FileManager.default.moveItem(at: StandIn("sd1").write(to: scratch), to: scratch.url("sd"))
        for name in ["dog-bark.ogg", "rain.ogg"] {
            try scratch.copy(Checkout.samples.appending(path: name), to: "in/" + name)
        }
    }

    private func run(_ arguments: String...) throws -> Command.Outcome {
        try Command.start(arguments, in: scratch.url).finish()
    }

    private func record(_ arguments: String...) throws -> [String: Any] {
        let outcome = try Command.start(arguments + ["--json", "--steps", "1"], in: scratch.url).finish()
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        return try #require(outcome.objects.first)
    }

    private func texts(_ record: [String: Any]) -> [String] {
        (record["prompts"] as? [[String: Any]] ?? []).compactMap { $0["text"] as? String }
    }

    @Test func describe() throws {
        let outcome = try Command.start(["describe", "--help"], environment: ["COLUMNS": "100"]).finish()
        try expectSnapshot(outcome.text, "help-describe")
        let dog = try run("describe", "in/dog-bark.ogg")
        #expect(dog.exitCode == 0 && dog.text.hasPrefix("bark") && dog.text.contains("loud"), "\(dog.text)")
        let both = try run("describe", "in/dog-bark.ogg", "absent.wav", "in/rain.ogg", "--json")
        #expect(both.exitCode == 1 && both.objects.count == 2 && both.errors.contains("absent.wav"))
        #expect(both.objects.first?["phrase"] as? String == dog.text.trimmingCharacters(in: .newlines))
        #expect((both.objects.first?["traits"] as? [String: Double])?["loudness"] ?? 0 < 0)
    }

    @Test func theFormIsRecordedAndCarried() throws {
        let phrase = try run("describe", "in/dog-bark.ogg").text.trimmingCharacters(in: .newlines)
        let described = try record("in/dog-bark.ogg", "--model", "sd", "--sound-as", "describe", "-o", "a.png")
        #expect(described["soundAs"] as? String == "describe" && texts(described) == ["a photo of \(phrase)"])
        let again = try record("in/dog-bark.ogg", "--model", "sd", "--params-from", "a.png", "-o", "b.png")
        #expect(try texts(again) == texts(described) && scratch.data("a.png") == scratch.data("b.png"))
        let inspected = try run("inspect", "a.png").text
        #expect(inspected.contains("Sound as: describe") && inspected.contains(#"Prompts: "“a photo of \#(phrase)”""#))
        let named = try record("in/dog-bark.ogg", "--model", "sd", "--names", "2", "-o", "c.png")
        #expect(named["soundAs"] as? String == "names" && named["names"] as? Int == 2 && texts(named).count == 2)
        #expect(try scratch.data("c.png") != scratch.data("a.png"))
    }

    /// A plan has the form, so that its shards need not be told.
    @Test func plansAndListsHaveTheForm() throws {
        let options = ["--model", "sd", "--sound-as", "describe", "--names", "1", "--steps", "1"]
        let alone = try Command.start(["in", "-o", "alone"] + options, in: scratch.url).finish()
        #expect(alone.exitCode == 0, "\(alone.errors)")
        let planned = try Command.start(["plan", "in", "-o", "out", "--to", "run.plan"] + options, in: scratch.url)
            .finish()
        #expect(planned.exitCode == 0, "\(planned.errors)")
        #expect(try run("run", "run.plan").exitCode == 0)
        #expect(try scratch.data("out/rain.png") == scratch.data("alone/rain.png"))
        let resumed = try Command.start(["in", "-o", "alone", "--resume"] + options, in: scratch.url).finish()
        #expect(resumed.exitCode == 0 && resumed.errors.contains("(2 before)"), "\(resumed.errors)")
        let other = try run(
            "in", "-o", "alone", "--model", "sd", "--sound-as", "describe", "--names", "2", "--steps", "1", "--resume")
        #expect(other.exitCode == 1 && other.errors.contains("names"), "\(other.errors)")
        try scratch.write(
            "items.jsonl",
            """
            {"input": "in/rain.ogg", "soundAs": "describe", "output": "a.png"}
            {"input": "in/rain.ogg", "prompt": "{sound} at night", "names": 1, "output": "b.png"}

            """)
        let listed = try run("--list", "items.jsonl", "-o", "listed", "--model", "sd", "--steps", "1", "--json")
        #expect(listed.objects.map { $0["soundAs"] as? String } == ["describe", "names"], "\(listed.errors)")
        #expect(listed.objects.count == 2 && texts(listed.objects[1]) == ["Rain at night"])
    }

    /// The bundled model puts names into a prompt as well: alone, in lists and in plans.
    @Test func theBundledModelTakesAPlaceForTheSound() throws {
        let template = "a drawing of {sound}"
        let one = try record("in/rain.ogg", "--prompt", template, "--names", "1", "--seed", "0", "-o", "a.png")
        #expect(texts(one) == ["a drawing of Rain"] && one["prompt"] as? String == template)
        #expect(try run("in/rain.ogg", "--prompt", template, "--steps", "1", "-o", "e.png").errors.isEmpty)
        try scratch.write(
            "items.jsonl", "{\"input\": \"in/rain.ogg\", \"prompt\": \"\(template)\", \"names\": 1, \"seed\": 0}\n")
        #expect(try run("--list", "items.jsonl", "-o", "listed", "--steps", "1").exitCode == 0)
        #expect(
            try run("plan", "--list", "items.jsonl", "-o", "out", "--to", "run.plan", "--steps", "1").exitCode == 0)
        #expect(try run("run", "run.plan").exitCode == 0)
        #expect(try scratch.data("out/in/rain.png") == scratch.data("listed/in/rain.png"))
        #expect(try scratch.data("out/in/rain.png") == scratch.data("a.png"))
    }

    @Test func tokensAreTrainedAndDrawn() throws {
        let texts = ["dog", "rain", "bell", "wolf"].flatMap { name in
            ["a", "one", "some", "big"].map { "\($0) \(name)" }
        }
        try scratch.write("texts.txt", texts.joined(separator: "\n"))
        let train = ["train", "--target", "tokens", "--model", "sd", "--texts", "texts.txt", "-o", "tokens"]
        let trained = try Command.start(train + ["--epochs", "20"], in: scratch.url).finish()
        #expect(trained.exitCode == 0 && trained.text.hasPrefix("tokens  step"), "\(trained.errors)")
        #expect(trained.text.contains("mean tokens 1"))
        let drawn = try record(
            "in/rain.ogg", "--model", "sd", "--sound-as", "tokens", "--tokens", "tokens", "-o", "a.png")
        #expect(drawn["soundAs"] as? String == "tokens" && self.texts(drawn).isEmpty)
        for (arguments, part) in [
            (["--y", "y.npy"], "--y has no meaning"), (["--loss", "sigmoid"], "--loss has no meaning"),
            (["--method", "cca"], "--method has no meaning"),
        ] {
            let outcome = try Command.start(train + arguments, in: scratch.url).finish()
            #expect(outcome.exitCode == 2 && outcome.errors.contains(part), "\(outcome.errors)")
        }
        #expect(try run("train", "--target", "tokens", "-o", "t").errors.contains("needs --model"))
        #expect(try run("train", "--texts", "t", "-o", "t").errors.contains("without --target tokens"))
    }

    @Test func wrongUsage() throws {
        for (arguments, part) in [
            (["in/rain.ogg", "--model", "sd", "--sound-as", "tokens"], "--tokens"),
            (["in/rain.ogg", "--sound-as", "tokens"], "--tokens"),
            (["in/rain.ogg", "--model", "sd", "--names", "0"], "--names"),
            (["in/rain.ogg", "--sound-as", "song"], "names"),
            (["in/rain.ogg", "--model", "sd", "--tokens", "t"], "without --sound-as tokens"),
            (["in/rain.ogg", "--prompt", "{sound}", "--audio-weight", "1"], "--audio-weight has no meaning"),
            (["--prompt", "a", "--sound-as", "describe"], "--sound-as needs a sound"),
            (["--prompt", "a {sound}"], "no sound was given"),
        ] {
            let outcome = try Command.start(arguments + ["-o", "x.png"], in: scratch.url).finish()
            #expect(outcome.exitCode == 2 && outcome.errors.contains(part), "\(arguments): \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: scratch.path("x.png")))
        }
    }
}
