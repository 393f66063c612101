import Foundation
import TestSupport
import Testing

@Suite struct HelpTests {
    @Test(arguments: [
        ("help", ["--help"]), ("help-inspect", ["inspect", "--help"]), ("help-models", ["models", "--help"]),
        ("help-models-list", ["models", "list", "--help"]), ("help-models-add", ["models", "add", "--help"]),
        ("help-models-check", ["models", "check", "--help"]), ("help-models-remove", ["models", "remove", "--help"]),
        ("help-plan", ["plan", "--help"]), ("help-run", ["run", "--help"]), ("help-merge", ["merge", "--help"]),
        ("help-report", ["report", "--help"]), ("help-serve", ["serve", "--help"]),
    ])
    func help(name: String, arguments: [String]) throws {
        let outcome = try Command.start(arguments, environment: ["COLUMNS": "100"]).finish()
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.isEmpty)
        try expectSnapshot(outcome.text, name)
    }

    /// The help's numbers are those of the bundled model.
    @Test func defaultsAreTheModels() throws {
        let bundle = try JSONSerialization.jsonObject(
            with: Data(contentsOf: Checkout.models.appending(path: "default/bundle.json")))
        let defaults = try #require((bundle as? [String: Any])?["defaults"] as? [String: Any])
        let help = try Command.start(["--help"], environment: ["COLUMNS": "1000"]).finish().text
        func value(_ key: String) throws -> String {
            "\(try #require(defaults[key]))".replacing(/\.0$/, with: "")
        }
        for (option, value) in [
            ("--steps", try value("steps")), ("--sampler", try value("sampler")),
            ("--guidance-scale", "\(try value("guidance_scale")), with a sound \(try value("sound_guidance_scale"))"),
        ] {
            let line = try #require(
                help.split(separator: "\n").drop { !$0.contains("  \(option)") }.prefix(2).first {
                    $0.contains("from the model")
                })
            #expect(line.contains("(default: \(value), from the model)"))
        }
    }

    @Test func aFolderOfModelsThatIsNotThereIsSaid() throws {
        let outcome = try Command.run("models", environment: ["FUSEMIX_MODELS": "/nowhere"])
        #expect(outcome.exitCode == 3 && outcome.errors.contains("FUSEMIX_MODELS is set to /nowhere"))
    }

    @Test func version() throws {
        let outcome = try Command.run("--version")
        #expect(outcome.exitCode == 0)
        #expect(outcome.text.hasPrefix("fusemix-gen 0."))
    }

    /// Common mistakes of users. Each is refused with exit code 2 and a sentence that names the option and the range;
    /// nothing is made.
    @Test func wrongUsage() throws {
        let words = ["--prompt", "a", "-o", "x.png"]
        let wrong = [
            ["-o", "x.png"], ["dog.wav"], ["-", "-", "-o", "pictures/"], ["--prompt", "a", "-o", "-", "--count", "2"],
            ["a.wav", "b.wav", "-o", "x.png"], words + ["--steps", "0"], words + ["--steps", "many"],
            words + ["--guidance-scale", "-1"], words + ["--audio-weight", "1.5"], words + ["--seed", "-4"],
            words + ["--seed", "9223372036854775808"], words + ["--sampler", "magic"],
            words + ["--sampler", "DPM++ 2M Karras"], words + ["--count", "0"],
            words + ["--precision", "f8"], words + ["--threads", "0"], words + ["--window", "last"],
            words + ["--strength", "0.5"], words + ["--init-image", "absent.png"],
            words + ["--init-image", "a.png", "--strength", "2"], words + ["--variation-strength", "0.5"],
            words + ["--variation-seed", "-1"], words + ["--size", "5000"], words + ["--grid"],
            words + ["--colour", "red"], ["--prompt", " ", "-o", "x.png"], words + ["--params-from", "absent.png"],
            words + ["--audio-weight", "0.3"], words + ["--window", "first"], words + ["--lora", "a:b:10.5"],
            words + ["--lora", ":1"],
            ["a.wav", "--audio-weight", "0.3", "-o", "x"],
            words + ["--sedd", "1"], words + ["--jobs", "many"], ["inspct", "x.png"],
            ["genrate", "a.wav", "-o", "x.png"],
            ["evaluate", "retrival"], ["evaluate", "everything"],
        ]
        var transcript = ""
        for arguments in wrong {
            let scratch = try TemporaryFolder()
            let outcome = try Command.start(arguments, in: scratch.url).finish()
            #expect(outcome.exitCode == 2, "\(arguments)")
            #expect(outcome.output.isEmpty)
            #expect(try scratch.names.isEmpty)
            transcript += "$ fusemix-gen \(arguments.joined(separator: " "))\n\(outcome.errors)\n"
        }
        try expectSnapshot(transcript, "wrong-usage")
    }
}
