import Foundation
import PictureFiles
import TestSupport
import Testing

/// The real model on real sounds, with few steps, as the results tested here hold for any number of them.
@Suite(.serialized) struct GenerationTests {
    let scratch: TemporaryFolder
    let dog = Checkout.samples.appending(path: "dog-bark.ogg").path
    let rain = Checkout.samples.appending(path: "rain.ogg").path

    init() throws { scratch = try TemporaryFolder() }

    @Test func sameInputAndSettingsGiveTheSameBytes() throws {
        for (name, sound, seed) in [("a", dog, "7"), ("b", dog, "7"), ("c", dog, "8"), ("d", rain, "7")] {
            let outcome = try Command.run(sound, "-o", scratch.path("\(name).png"), "--seed", seed, "--steps", "4")
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
        }
        #expect(try scratch.data("a.png") == scratch.data("b.png"))
        #expect(try pixels("a.png") != pixels("c.png"))
        #expect(try pixels("a.png") != pixels("d.png"))
    }

    @Test func theSeedOfTheBestMakesItAgain() throws {
        let tried = try Command.run(
            dog, "-o", scratch.path("best.png"), "--steps", "4", "--candidates", "3", "--seed", "7", "--json")
        let object = try #require(tried.objects.first)
        let seeds = try #require(object["tried"] as? [[String: Any]])
        #expect(seeds.count == 3 && seeds[0]["seed"] as? UInt64 == 7)
        let seed = try #require(object["seed"] as? UInt64)
        _ = try Command.run(dog, "-o", scratch.path("again.png"), "--steps", "4", "--seed", "\(seed)")
        #expect(try scratch.data("best.png") == scratch.data("again.png"))
        #expect(try Command.run(dog, "-o", scratch.path("x.png"), "--candidates", "0").exitCode == 2)
    }

    @Test func oneThreadAndTwoMakeTheSamePicture() throws {
        for threads in ["1", "2"] {
            _ = try Command.run(
                dog, "-o", scratch.path("\(threads).png"), "--steps", "2", "--seed", "0", "--threads", threads)
        }
        #expect(try meanDifference("1.png", "2.png") < 0.05)
    }

    @Test func precisionsAgree() throws {
        for precision in ["f32", "auto"] {
            let outcome = try Command.run(
                dog, "-o", scratch.path("\(precision).png"), "--steps", "4", "--seed", "0", "--precision", precision)
            #expect(outcome.exitCode == 0)
        }
        #expect(try meanDifference("f32.png", "auto.png") < 6)
    }

    @Test func jsonSaysEverything() throws {
        let outcome = try Command.run(dog, "-o", scratch.path("a.png"), "--steps", "3", "--seed", "5", "--json")
        let object = try #require(outcome.objects.first)
        #expect(outcome.objects.count == 1)
        let keys = [
            "input", "output", "width", "height", "seed", "steps", "sampler", "guidanceScale", "precision", "seconds",
            "heard", "audioScores",
        ]
        for key in keys { #expect(object[key] != nil, "\(key)") }
        #expect(object["seed"] as? Int == 5)
        #expect(object["steps"] as? Int == 3)
        #expect(object["output"] as? String == scratch.path("a.png"))
        let heard = try #require(object["heard"] as? [[String: Any]])
        let scores = heard.compactMap { $0["score"] as? Double }
        #expect(scores.count >= 3 && scores == scores.sorted(by: >))
    }

    @Test func aPictureCarriesWhatMadeItAndCanBeMadeAgain() throws {
        _ = try Command.run(
            dog, "-o", scratch.path("a.png"), "--steps", "5", "--seed", "11", "--sampler", "dpm++2m", "--cfg-scale",
            "2.5", "--prompt", "at night", "--audio-weight", "0.75", "--negative-prompt", "a cat", "--window", "loudest"
        )
        let inspected = try Command.run("inspect", scratch.path("a.png"), "--json")
        let object = try #require(inspected.objects.first)
        #expect(object["input"] as? String == "dog-bark.ogg")
        #expect(object["prompt"] as? String == "at night")
        #expect(object["seconds"] == nil)
        let text = try Command.run("inspect", scratch.path("a.png")).text
        #expect(text.contains("Steps: 5, Sampler: DPM++ 2M, CFG scale: 2.5, Seed: 11"))
        #expect(text.contains("Negative prompt: a cat"))
        #expect(try !String(decoding: scratch.data("a.png"), as: UTF8.self).contains(Checkout.samples.path))

        _ = try Command.run(dog, "-o", scratch.path("again.png"), "--params-from", scratch.path("a.png"))
        #expect(try scratch.data("a.png") == scratch.data("again.png"))
        _ = try Command.run(
            dog, "-o", scratch.path("other.png"), "--params-from", scratch.path("a.png"), "--seed", "12")
        #expect(try pixels("a.png") != pixels("other.png"))
    }

    @Test func anotherProgramsSettingsAreTakenAsFarAsTheyGo() throws {
        let lines = """
            a (wolf:1.2)
            Negative prompt: a cat
            Steps: 2, Sampler: Euler a, CFG scale: 3, Seed: 11, Size: 100x100, Model: some, Denoising strength: 0.5
            """
        let file = scratch.url("other.png")
        try Picture(width: 1, height: 1, pixels: [1, 2, 3]).write(
            to: file, text: [PNGText(keyword: "parameters", text: lines)])
        let taken = try Command.run("-o", scratch.path("a.png"), "--params-from", file.path)
        #expect(taken.exitCode == 0, "\(taken.errors)")
        #expect(
            taken.errors == """
                \(file.path) carries settings of stable-diffusion-webui; left out: strength 0.5 (without --init-image), \
                weights of words, Model some, Sampler Euler a.

                """)
        _ = try Command.run(
            "-o", scratch.path("b.png"), "--prompt", "a wolf", "--negative-prompt", "a cat", "--steps", "2",
            "--cfg-scale", "3", "--seed", "11", "--size", "100")
        #expect(try scratch.data("a.png") == scratch.data("b.png"))
        let quiet = try Command.run("-o", scratch.path("c.png"), "--params-from", file.path, "--quiet")
        #expect(quiet.errors.isEmpty)

        let shown = try Command.run("inspect", file.path).text
        #expect(shown.contains("a wolf\nNegative prompt: a cat\nSteps: 2, Sampler: Euler a, CFG scale: 3.0, Seed: 11"))
        #expect(shown.hasSuffix("Of stable-diffusion-webui; left out: weights of words, Model some\n"))
        let object = try #require(try Command.run("inspect", file.path, "--json").objects.first)
        #expect(object["program"] as? String == "stable-diffusion-webui" && object["output"] as? String == file.path)
        #expect((object["leftOut"] as? [String])?.count == 2)
    }

    @Test func noMetadataLeavesThePictureAlone() throws {
        _ = try Command.run(dog, "-o", scratch.path("a.png"), "--steps", "2")
        _ = try Command.run(dog, "-o", scratch.path("b.png"), "--steps", "2", "--no-metadata")
        #expect(try pixels("a.png") == pixels("b.png"))
        #expect(try PNGText.read(contentsOf: scratch.url("b.png")).isEmpty)
        #expect(try Command.run("inspect", scratch.path("b.png")).exitCode == 1)
    }

    @Test func wordsAloneMakeAPicture() throws {
        for (name, prompt) in [("a", "a red apple"), ("b", "a blue car")] {
            let outcome = try Command.run("--prompt", prompt, "-o", scratch.path("\(name).png"), "--steps", "4")
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
        }
        #expect(try pixels("a.png") != pixels("b.png"))
    }

    @Test func aPictureStartsFromAnother() throws {
        let crow = Checkout.samples.appending(path: "crow.png").path
        let words = ["--prompt", "a dog", "--steps", "5", "--seed", "3"]
        for (name, own) in [
            ("plain", []), ("free", ["--init-image", crow, "--strength", "1"]), ("near", ["--init-image", crow]),
        ] {
            let outcome = try Command.start(words + own + ["-o", scratch.path("\(name).png")]).finish()
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
        }
        #expect(try pixels("plain.png") == pixels("free.png"))
        #expect(try pixels("plain.png") != pixels("near.png"))
        let inspected = try #require(try Command.run("inspect", scratch.path("near.png"), "--json").objects.first)
        let start = try #require(inspected["initImage"] as? [String: Any])
        #expect(start["path"] as? String == "crow.png" && start["strength"] as? Double == 0.6)

        let again = ["-o", scratch.path("again.png"), "--params-from", scratch.path("near.png")]
        let refused = try Command.start(again).finish()
        #expect(refused.exitCode == 2 && refused.errors.contains("crow.png"), "\(refused.errors)")
        _ = try Command.start(again + ["--init-image", crow]).finish()
        #expect(try scratch.data("near.png") == scratch.data("again.png"))
    }

    @Test func picturesBetweenTwoSeedsAndInOtherSizes() throws {
        for (name, own) in [
            ("own", ["--variation-seed", "9", "--variation-strength", "0"]), ("plain", []),
            ("between", ["--variation-seed", "9"]), ("wide", ["--size", "288x192"]),
        ] {
            let outcome = try Command.start(
                ["--prompt", "a dog", "--steps", "2", "--seed", "3", "-o", scratch.path("\(name).png")] + own
            ).finish()
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
        }
        #expect(try pixels("own.png") == pixels("plain.png"))
        #expect(try pixels("between.png") != pixels("plain.png"))
        let wide = try Picture(contentsOf: scratch.url("wide.png"))
        #expect(wide.width == 288 && wide.height == 192)
        _ = try Command.run(
            "--params-from", scratch.path("between.png"), "-o", scratch.path("again.png"), "--seed", "3")
        #expect(try scratch.data("between.png") == scratch.data("again.png"))
        // What the model does not draw well is drawn at a size that it does, and then brought to that size.
        let odd = try Command.run(
            "--prompt", "a dog", "-o", scratch.path("odd.png"), "--size", "512", "--seed", "3", "--steps", "2", "--json"
        )
        let record = try #require(odd.objects.first)
        #expect(record["width"] as? Int == 512 && record["drawnSize"] as? String == "256x256")
        let enlarged = try Picture(contentsOf: scratch.url("plain.png")).resized(width: 512, height: 512)
        #expect(try Picture(contentsOf: scratch.url("odd.png")).pixels == enlarged.pixels)
    }

    @Test func aGridHoldsAllPicturesOfAnItem() throws {
        let outcome = try Command.run(
            "--prompt", "a dog", "-o", scratch.path("dog.png"), "--steps", "1", "--count", "3", "--grid")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(try scratch.names == ["dog-0.png", "dog-1.png", "dog-2.png", "dog-grid.png"])
        let pictures = try (0..<3).map { try Picture(contentsOf: scratch.url("dog-\($0).png")) }
        #expect(try pixels("dog-grid.png") == Picture.sheet(of: pictures).pixels)
        let refused = try Command.run("--prompt", "a dog", "-o", scratch.path("cat.png"), "--grid")
        #expect(refused.exitCode == 2 && refused.errors.contains("--count"), "\(refused.errors)")
    }

    @Test func standardInputAndOutput() throws {
        let sound = try Data(contentsOf: URL(filePath: dog))
        let piped = try Command.run("-", "-o", "-", "--steps", "2", "--no-metadata", input: sound)
        #expect(piped.exitCode == 0, "\(piped.errors)")
        _ = try Command.run(dog, "-o", scratch.path("a.png"), "--steps", "2", "--no-metadata")
        #expect(try piped.output == scratch.data("a.png"))
        let device = try Command.run(dog, "-o", "/dev/stdout", "--steps", "2", "--no-metadata")
        #expect(device.output == piped.output, "\(device.errors)")
    }

    @Test func countMakesConsecutiveSeeds() throws {
        let outcome = try Command.run(
            dog, "-o", scratch.path("a.png"), "--steps", "2", "--seed", "3", "--count", "2", "--json")
        #expect(outcome.objects.compactMap { $0["seed"] as? Int } == [3, 4])
        #expect(try scratch.names == ["a-3.png", "a-4.png"])
        _ = try Command.run(dog, "-o", scratch.path("alone.png"), "--steps", "2", "--seed", "4")
        #expect(try scratch.data("alone.png") == scratch.data("a-4.png"))
    }

    @Test func anExistingOutputIsAnErrorAndStays() throws {
        try scratch.write("a.png", "mine")
        let refused = try Command.run(dog, "-o", scratch.path("a.png"), "--steps", "2")
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("a.png"))
        #expect(try scratch.data("a.png") == Data("mine".utf8))
        let replaced = try Command.run(dog, "-o", scratch.path("a.png"), "--steps", "2", "--overwrite")
        #expect(replaced.exitCode == 0)
        #expect(try pixels("a.png").count > 0)
    }

    @Test func aFolderGoesOnPastBadItems() throws {
        try scratch.copy(URL(filePath: dog), to: "in/deep/dog.ogg")
        try scratch.write("in/deep/broken.wav", "no sound")
        try scratch.write("in/deep/empty.flac", "")
        let outcome = try Command.run(scratch.path("in"), "-o", scratch.path("out"), "--steps", "2", "--json")
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors.contains("broken.wav") && outcome.errors.contains("empty.flac"))
        #expect(outcome.objects.count == 1)
        #expect(try pixels("out/deep/dog.png").count > 0)

        // The reported effective seed makes the picture again.
        let seed = try #require(outcome.objects.first?["seed"] as? Int)
        _ = try Command.run(dog, "-o", scratch.path("alone.png"), "--steps", "2", "--seed", "\(seed)")
        #expect(try pixels("alone.png") == pixels("out/deep/dog.png"))
    }

    @Test func aMissingModelIsExitCode3() throws {
        let outcome = try Command.run(dog, "-o", scratch.path("a.png"), "--model", "absent")
        #expect(outcome.exitCode == 3)
        #expect(outcome.errors.contains("absent"))
        #expect(try scratch.names.isEmpty)
    }

    @Test func modelsAreVerified() throws {
        let outcome = try Command.run("models", "--json")
        #expect(outcome.exitCode == 0, "\(outcome.text)")
        #expect(outcome.objects.count >= 5)
        #expect(outcome.objects.allSatisfy { $0["status"] as? String == "verified" })
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func anInterruptLeavesNothingHalfWritten(signal: Int32, code: Int32) throws {
        let running = try Command.start([dog, "-o", scratch.path("p") + "/", "--count", "10000", "--steps", "2"])
        while (try? FileManager.default.contentsOfDirectory(atPath: scratch.path("p")))?.isEmpty ?? true {
            try #require(running.process.isRunning)
            usleep(10_000)
        }
        kill(running.process.processIdentifier, signal)
        #expect(try running.finish().exitCode == code)
        let pictures = try FileManager.default.contentsOfDirectory(atPath: scratch.path("p"))
        for name in pictures {
            #expect(name.hasSuffix(".png") && !name.hasPrefix("."))
            #expect(throws: Never.self) { try pixels("p/\(name)") }
        }
    }

    private func pixels(_ name: String) throws -> [UInt8] {
        try Picture(contentsOf: scratch.url(name)).pixels
    }

    private func meanDifference(_ a: String, _ b: String) throws -> Double {
        let (first, second) = try (pixels(a), pixels(b))
        #expect(first.count == second.count)
        return zip(first, second).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(first.count)
    }
}
