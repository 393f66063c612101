import Foundation
import TestSupport
import Testing

/// Stable Diffusion models from the command line, on a stand-in of synthetic weights.
@Suite(.serialized) struct CheckpointTests {
    private let scratch: TemporaryFolder
    private let model: URL

    init() throws {
        scratch = try TemporaryFolder()
        model = try StandIn("sd1").write(to: scratch)
        for sound in ["crow.flac", "rain.ogg"] {
            try scratch.copy(Checkout.samples.appending(path: sound), to: "in/\(sound)")
        }
    }

    private func run(_ arguments: String...) throws -> Command.Outcome {
        try Command.start(
            arguments,
            environment: ["XDG_DATA_HOME": scratch.path("data"), "XDG_CACHE_HOME": scratch.path("cache")],
            in: scratch.url
        ).finish()
    }

    /// A plan has all that a run needs, and refuses what would draw otherwise.
    @Test func aPlanKeepsWhatIsSaidOfItsModel() throws {
        let options = [
            "--model", "sd1", "--steps", "1", "--names", "2", "--prediction", "v", "--sampler", "DPM++ 2M Karras",
            "--noise", "webui", "--vae-tiling", "on", "--vae", "sd1/vae",
        ]
        let alone = try Command.start(["in", "-o", "alone"] + options, in: scratch.url).finish()
        #expect(alone.exitCode == 0, "\(alone.errors)")
        let planned = try Command.start(["plan", "in", "-o", "out", "--to", "run.plan"] + options, in: scratch.url)
            .finish()
        #expect(planned.exitCode == 0, "\(planned.errors)")
        let refused = try run("run", "run.plan", "--vae-tiling", "off")
        #expect(refused.exitCode == 2 && refused.errors.contains("VAE tiling on, not off"), "\(refused.errors)")
        let done = try run("run", "run.plan", "--json")
        #expect(done.exitCode == 0 && done.objects.count == 2, "\(done.errors)")
        for name in ["crow.png", "rain.png"] {
            #expect(try scratch.data("out/\(name)") == scratch.data("alone/\(name)"))
        }
        let record = try #require(done.objects.first)
        let prompts = try #require(record["prompts"] as? [[String: Any]])
        #expect(prompts.count == 2 && prompts.allSatisfy { ($0["text"] as? String)?.hasPrefix("a photo of ") == true })
        let checkpoint = try #require(record["checkpoint"] as? [String: Any])
        #expect(checkpoint["prediction"] as? String == "v_prediction" && record["names"] as? Int == 2)
        let text = try run("inspect", "out/crow.png").text
        for part in [
            "Sampler: DPM++ 2M, Schedule type: Karras", "Model hash: ", "VAE: vae", "VAE tiling: on", "Names: 2",
            "RNG: NV",
        ] { #expect(text.contains(part), "\(part): \(text)") }
        let resumed = try Command.start(
            ["in", "-o", "alone", "--resume"] + options.map { $0 == "2" ? "3" : $0 }, in: scratch.url
        ).finish()
        #expect(resumed.exitCode != 0 && resumed.errors.contains("names"), "\(resumed.errors)")
    }

    @Test func settingsAreTakenFromAPicture() throws {
        _ = try run(
            "in/crow.flac", "--model", "sd1", "-o", "a.png", "--steps", "1", "--sampler", "Euler a", "--scheduler",
            "SGM Uniform", "--noise", "diffusers")
        let again = try run("in/crow.flac", "--model", "sd1", "-o", "b.png", "--params-from", "a.png")
        #expect(try again.exitCode == 0 && scratch.data("a.png") == scratch.data("b.png"), "\(again.errors)")
        #expect(again.text.contains("a photo of Crow"), "\(again.text)")
        let own = try run(
            "in/crow.flac", "--model", "sd1", "-o", "c.png", "--params-from", "a.png", "--noise", "fusemix",
            "--scheduler", "auto")
        #expect(try own.exitCode == 0 && scratch.data("a.png") != scratch.data("c.png"))
        #expect(try !run("inspect", "c.png").text.contains("RNG"))
        #expect(!again.errors.contains("not taken"))
        // Words alone are no news.
        let words = try run("--prompt", "a wolf", "--model", "sd1", "-o", "w.png", "--steps", "1")
        #expect(words.exitCode == 0 && words.errors.isEmpty, "\(words.errors)")
    }

    @Test func bundlesRefuseWhatTheyHaveNot() throws {
        for (option, words) in [
            (["--prediction", "v"], "a prediction"),
            (["--vae", "x"], "autoencoder"),
            (["--lora", "x"], "LoRAs"), (["--vae-tiling", "on"], "tiles"),
            (["--scheduler", "karras"], "rectified flow"),
        ] {
            let outcome = try Command.start(["--prompt", "a", "-o", "x.png"] + option, in: scratch.url).finish()
            #expect(outcome.exitCode == 2 && outcome.errors.contains(words), "\(outcome.errors)")
        }
        #expect(try run("--prompt", "a dog", "-o", "x.png", "--steps", "1", "--noise", "webui").exitCode == 0)
    }

    @Test func modelsAreAddedListedCheckedAndRemoved() throws {
        try scratch.write("sd1/LICENSE", "A licence of its own\n")
        let check = try run("models", "check", "sd1", "--json")
        #expect(check.exitCode == 0, "\(check.errors)")
        let told = try #require(check.objects.first)
        #expect(told["kind"] as? String == "Stable Diffusion 1.x, folder of diffusers, F32 safetensors")
        #expect((told["measurements"] as? [Any])?.isEmpty == false)
        let added = try run("models", "add", "sd1", "--name", "mine")
        #expect(added.exitCode == 0 && added.text.hasPrefix("mine "), "\(added.errors)")
        let listed = try run("models")
        #expect(listed.exitCode == 0 && listed.text.contains("default:") && listed.text.contains("  mine "))
        let object = try run("models", "--json").objects.last
        #expect(object?["added"] as? String == "mine" && object?["status"] as? String == "present")
        let drawn = try run("in/crow.flac", "--model", "mine", "-o", "named.png", "--steps", "1")
        #expect(drawn.exitCode == 0, "\(drawn.errors)")
        let quick = try run("models", "check", "mine", "--quick").text
        #expect(quick.contains("A licence of its own (LICENSE)") && !quick.contains("f32"), "\(quick)")
        let again = try run("models", "add", "sd1", "--name", "mine")
        #expect(again.exitCode == 2 && again.errors.contains("already"))
        try FileManager.default.removeItem(at: model.appending(path: "unet"))
        let broken = try run("models", "list", "--json").objects.last
        #expect(broken?["status"] as? String == "unreadable")
        #expect(try run("models", "remove", "mine", "--json").objects.first?["removed"] as? String == "mine")
        let gone = try run("models", "remove", "mine")
        #expect(gone.exitCode == 2 && gone.errors.contains("none has been added"))
        #expect(try run("models", "check", "in").exitCode == 2)
        #expect(try run("models", "check", "sd1").exitCode == 3)
    }

    @Test func whatIsMissingIsAFaultOfTheCheck() throws {
        try FileManager.default.removeItem(at: model.appending(path: "tokenizer"))
        let check = try run("models", "check", "sd1")
        #expect(check.exitCode == 3 && check.text.contains("  fault     ") && check.text.contains("vocab.json"))
    }
}
