import Foundation
import FuseMix
import LatentStore
import TestSupport
import Testing

/// `evaluate retrieval` and `evaluate zero-shot` as a user runs them, on the samples and on latents made here.
@Suite(.serialized) struct EvaluateTests {
    let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    @Test(arguments: [
        ("help-evaluate", ["evaluate", "--help"]), ("help-evaluate-retrieval", ["evaluate", "retrieval", "--help"]),
        ("help-evaluate-zero-shot", ["help", "evaluate", "zero-shot"]),
        ("help-evaluate-probe", ["evaluate", "probe", "--help"]),
        ("help-evaluate-generation", ["evaluate", "generation", "--help"]),
    ])
    func help(name: String, arguments: [String]) throws {
        let outcome = try Command.start(arguments, environment: ["COLUMNS": "100"]).finish()
        #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
        try expectSnapshot(outcome.text, name)
    }

    @Test func wrongUsage() throws {
        let (retrieval, zeroShot) = (["evaluate", "retrieval"], ["evaluate", "zero-shot"])
        let wrong = [
            retrieval, retrieval + ["--x", "a.npy"], retrieval + ["--format", "coco"],
            retrieval + ["--x", "a.npy", "--y", "b.npy", "--format", "coco", "--annotations", "c.json"],
            retrieval + ["--format", "coco", "--annotations", "c.json", "--pairs", "p.tsv"],
            retrieval + ["--format", "pascal", "--annotations", "c.json"],
            retrieval + ["--x", "a.npy", "--y", "b.npy", "--split", "test"],
            retrieval + ["--x", "a.npy", "--y", "b.npy", "--replicates", "0"],
            retrieval + ["--x", "a.npy", "--y", "b.npy", "--bootstrap-seed", "-1"],
            zeroShot, zeroShot + ["sounds.npy"], zeroShot + ["clips/", "--labels", "l.tsv"], ["evaluate", "nothing"],
            retrieval + ["--x", "a.npy", "--y", "b.npy", "--k", "1,x"],
            retrieval + ["--x", "a.npy", "--y", "b.npy", "--folds", "0"],
            retrieval + ["--x", "a.npy", "--y", "b.npy", "--ties", "fair"],
            ["evaluate", "probe", "--train", "a.npy"],
            ["evaluate", "probe", "--train", "a.npy", "--labels", "l.tsv", "--test-labels", "m.tsv"],
            ["evaluate", "generation", "pictures/"],
            ["evaluate", "generation", "made.tsv", "--reference", "real/", "--sounds", "sounds/"],
        ]
        var transcript = ""
        for arguments in wrong {
            let outcome = try Command.start(arguments).finish()
            #expect(outcome.exitCode == 2, "\(arguments)")
            #expect(outcome.output.isEmpty)
            transcript += "$ fusemix-gen \(arguments.joined(separator: " "))\n\(outcome.errors)\n"
        }
        try expectSnapshot(transcript, "wrong-usage-evaluate")
    }

    /// Evaluates three items, the last two of which have swapped partners.
    @Test func retrievalOfLatents() throws {
        try scratch.writeLatents("x.safetensors", [[1, 0, 0], [0, 1, 0], [0, 0, 1]], ids: ["a", "b", "c"])
        try scratch.writeLatents("y.npy", [[0, 0, 2], [0, 3, 0], [4, 0, 0]], ids: ["b", "c", "a"])
        let paths = ["--x", scratch.path("x.safetensors"), "--y", scratch.path("y.npy")]
        let outcome = try Command.start(["evaluate", "retrieval", "--json"] + paths).finish()
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let object = try #require(outcome.objects.first)
        for direction in ["x_to_y", "y_to_x"] {
            let metrics = try #require(object[direction] as? [String: Any])
            #expect(metrics["queries"] as? Int == 3 && metrics["candidates"] as? Int == 3)
            let recall = try #require(metrics["R@1"] as? [String: Double])
            #expect(abs((recall["value"] ?? 0) - 1.0 / 3) < 1e-12)
            // The cosines with both wrong partners are 0 and 1, those with the right one 0: ranks 1, 3, 3.
            #expect((metrics["mean_rank"] as? [String: Double])?["value"] == 7.0 / 3)
            #expect((metrics["median_rank"] as? [String: Double])?["value"] == 3)
            for name in ["R@5", "R@10", "MRR", "mAP@10"] { #expect(metrics[name] is [String: Double]) }
        }
        for rule in ["tie_rule", "multiple_captions_rule", "interval_rule"] {
            #expect((object[rule] as? String)?.hasSuffix(".") ?? false, "\(rule)")
        }
        #expect((object["rsum"] as? [String: Double])?["value"].map { abs($0 - (200 / 3 + 400)) < 1e-9 } ?? false)
        #expect((object["seconds"] as? [String: Double])?["rank"] != nil)

        let table = try Command.start(["evaluate", "retrieval"] + paths).finish().text
        #expect(table.contains("R@1") && table.contains("33.3") && table.contains("rsum"))
        #expect(object["ties"] as? String == "pessimistic" && table.contains("Ties count against the query."))

        // Of two items the right partner is as near as the other wrong one: rank 2 of 3 where ties count for them.
        let kind = try Command.start(["evaluate", "retrieval", "--json", "--ties", "optimistic"] + paths).finish()
        let optimistic = try #require(kind.objects.first?["x_to_y"] as? [String: Any])
        #expect((optimistic["mean_rank"] as? [String: Double])?["value"] == 5.0 / 3)
        #expect((kind.objects.first?["tie_rule"] as? String)?.hasPrefix("A tie counts for the query") ?? false)
    }

    /// Two maps of the same latents have a row each, and an object each.
    @Test func severalAdaptersAreOneTable() throws {
        var random = SplitMix(state: 8)
        for (name, size) in [("x", 5), ("y", 4)] {
            try LatentSet(ids: (0..<30).map(String.init), vectors: random.tensor(30, size))
                .write(to: scratch.url("\(name).safetensors"))
        }
        let adapters = try ["first", "second"].enumerated().flatMap { seed, name in
            let folder = try scratch.writeAdapters(name, x: ("a", 5), y: ("b", 4), seed: UInt64(seed))
            return ["--adapters", folder.path]
        }
        let arguments = [
            "evaluate", "retrieval", "--x", scratch.path("x.safetensors"), "--y", scratch.path("y.safetensors"), "--k",
            "1,20", "--folds", "3", "--replicates", "10",
        ]
        let table = try Command.start(arguments + adapters).finish()
        #expect(table.exitCode == 0, "\(table.errors)")
        let lines = table.text.split(separator: "\n")
        #expect(lines.count == 4 && lines[1].contains("R@20") && lines[2].hasPrefix("first"))
        #expect(lines[3].hasPrefix("second"))
        let objects = try Command.start(arguments + adapters + ["--json"]).finish().objects
        #expect(objects.map { $0["space"] as? String } == ["first", "second"])
        #expect(objects.allSatisfy { $0["folds"] as? Int == 3 })
        let direction = objects[0]["x_to_y"] as? [String: Any]
        #expect(direction?["candidates"] as? Int == 10 && direction?["queries"] as? Int == 30)
        #expect((direction?["R@20"] as? [String: Double])?["value"] == 1)
    }

    @Test func probeOfLatents() throws {
        let rows: [[Float]] = (0..<40).map { item in
            let label = Float(item % 4)
            return [label, label == 2 ? 5 : 0, Float(item) / 40]
        }
        try scratch.writeLatents("a.npy", rows, ids: (0..<40).map(String.init))
        try scratch.write("labels.tsv", (0..<40).map { "\($0)\tclass \($0 % 4)\n" }.joined())
        let arguments = ["evaluate", "probe", "--train", scratch.path("a.npy"), "--labels", scratch.path("labels.tsv")]
        let outcome = try Command.start(arguments + ["--json"]).finish()
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let linear = outcome.objects.first?["linear"] as? [String: Any]
        #expect(try #require((linear?["top1"] as? [String: Double])?["value"]) > 0.9)
        let table = try Command.start(arguments).finish().text
        #expect(table.contains("linear probe") && table.contains("20 nearest neighbours"))
    }

    @Test func pairsAndSplitsOfThem() throws {
        try scratch.writeLatents("x.npy", [[1, 0], [0, 1], [1, 1]], ids: ["a", "b", "c"])
        try scratch.writeLatents("y.npy", [[1, 0.1], [0.1, 1], [1, 0]], ids: ["1", "2", "3"])
        try scratch.write("pairs.tsv", "x\ty\tgroup\tsplit\na\t1\tg\ttest\nb\t2\th\ttest\nc\t3\ti\ttrain\n")
        let arguments = [
            "evaluate", "retrieval", "--x", scratch.path("x.npy"), "--y", scratch.path("y.npy"), "--pairs",
            scratch.path("pairs.tsv"), "--json",
        ]
        let all = try #require(try Command.start(arguments).finish().objects.first)
        #expect(all["groups"] as? Int == 3)
        let test = try #require(try Command.start(arguments + ["--split", "test"]).finish().objects.first)
        #expect(test["groups"] as? Int == 2)
        #expect((test["rsum"] as? [String: Double])?["value"] == 600)
        #expect((test["x"] as? [String: Any])?["unpaired"] as? Int == 1)
        for split in ["validation", "tset"] {
            let outcome = try Command.start(arguments + ["--split", split]).finish()
            #expect(outcome.exitCode == 2 && outcome.errors.contains(split), "\(outcome.errors)")
        }
    }

    @Test func unfitLatentsAreOneSentence() throws {
        try scratch.writeLatents("x.npy", [[1, 0], [.nan, 1]], ids: ["good", "bad one"])
        try scratch.writeLatents("y.npy", [[1, 0], [0, 1]], ids: ["good", "bad one"])
        try scratch.writeLatents("wide.npy", [[1, 0, 2], [0, 1, 2]], ids: ["good", "bad one"])
        try scratch.writeLatents("other.npy", [[1, 0], [0, 1]], ids: ["good", "absent"])
        for (x, y, named) in [
            ("x.npy", "y.npy", "bad one"), ("wide.npy", "y.npy", "wide.npy"),
            ("other.npy", "y.npy", "without a list of pairs"),
            ("nowhere.npy", "y.npy", "nowhere.npy"),
        ] {
            let outcome = try Command.run(
                "evaluate", "retrieval", "--x", scratch.path(x), "--y", scratch.path(y), "--json")
            #expect(outcome.exitCode == 1 && outcome.output.isEmpty, "\(outcome.errors)")
            let lines = outcome.errors.split(separator: "\n")
            #expect(lines.count == 1 && outcome.errors.contains(named) && outcome.errors.hasSuffix(".\n"), "\(lines)")
        }
    }

    /// Uses random adapters on real sounds, as the path is tested and not the quality.
    @Test func retrievalOfSoundsAndCaptions() throws {
        let adapters = try scratch.writeAdapters("sound-text", x: ("yamnet", 1024), y: ("all-minilm-l6-v2", 384))
        try scratch.write(
            "clips.tsv",
            "path\tcaption\ndog-bark.ogg\tA dog barks!\ndog-bark.ogg\ta dog\nrain.ogg\train\nabsent.ogg\tnothing\n")
        let arguments = [
            "evaluate", "retrieval", "--format", "tsv", "--annotations", scratch.path("clips.tsv"), "--media",
            Checkout.samples.path, "--adapters", adapters.path, "--json", "--precision", "f32",
        ]
        let failed = try Command.start(arguments + ["--strict"]).finish()
        #expect(failed.exitCode == 1 && failed.errors.contains("1 of 3 media") && failed.errors.contains("absent.ogg"))

        let outcome = try Command.start(arguments).finish()
        #expect(outcome.exitCode == 0 && outcome.errors.contains("1 of 3 media"), "\(outcome.errors)")
        let object = try #require(outcome.objects.first)
        let dataset = try #require(object["dataset"] as? [String: Any])
        #expect(dataset["media"] as? Int == 2 && dataset["captions"] as? Int == 3)
        #expect(dataset["missing_media"] as? Int == 1 && dataset["caption_style"] as? String == "fusemix")
        #expect((object["x_to_y"] as? [String: Any])?["queries"] as? Int == 2)
        #expect((object["y_to_x"] as? [String: Any])?["queries"] as? Int == 3)
        #expect((object["x"] as? [String: Any])?["encoder"] as? String == "yamnet")
        #expect((object["seconds"] as? [String: Double])?["encode"] != nil)
        // Adapters of the same encoders share what is encoded, and the missing clip is said once.
        let two = try Command.start(arguments + ["--adapters", adapters.path]).finish()
        #expect(two.objects.count == 2 && two.errors.split(separator: "\n").count == 1, "\(two.errors)")
        #expect(two.objects[1]["rsum"] as? [String: Double] == object["rsum"] as? [String: Double])
        let again = try Command.start(arguments).finish()
        #expect(try #require(again.objects.first)["rsum"] as? [String: Double] == object["rsum"] as? [String: Double])
    }

    /// A clip that cannot be decoded is named and counted; the others are evaluated.
    @Test func brokenMediaDoNotStopTheOthers() throws {
        let adapters = try scratch.writeAdapters("sound-text", x: ("yamnet", 1024), y: ("all-minilm-l6-v2", 384))
        for (folder, file) in [("dog", "dog-bark.ogg"), ("rain", "rain.ogg")] {
            try scratch.copy(Checkout.samples.appending(path: file), to: "clips/\(folder)/good.ogg")
            try scratch.write("clips/\(folder)/broken.wav", "RIFF")
        }
        try scratch.write(
            "clips/clips.tsv",
            "path\tcaption\ndog/good.ogg\ta dog\ndog/broken.wav\tanother dog\nrain/good.ogg\train\n")
        let retrieval = try Command.run(
            "evaluate", "retrieval", "--format", "tsv", "--annotations", scratch.path("clips/clips.tsv"), "--adapters",
            adapters.path, "--json")
        #expect(retrieval.exitCode == 1 && retrieval.errors.contains("dog/broken.wav"), "\(retrieval.errors)")
        #expect(retrieval.errors.split(separator: "\n").count == 1)
        let dataset = try #require(retrieval.objects.first?["dataset"] as? [String: Any])
        #expect(dataset["skipped"] as? Int == 1 && dataset["media"] as? Int == 2 && dataset["captions"] as? Int == 2)

        let zeroShot = try Command.run(
            "evaluate", "zero-shot", scratch.path("clips"), "--adapters", adapters.path, "--baseline", "default",
            "--json"
        )
        #expect(zeroShot.exitCode == 1, "\(zeroShot.errors)")
        let lines = zeroShot.errors.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].contains("dog/broken.wav") && lines[1].contains("rain/broken.wav"))
        let report = try #require(zeroShot.objects.first)
        #expect(report["skipped"] as? Int == 2)
        #expect((report["metrics"] as? [String: Any])?["items"] as? Int == 2)

        for folder in ["dog", "rain"] { try scratch.write("clips/\(folder)/good.ogg", "OggS") }
        let none = try Command.run("evaluate", "zero-shot", scratch.path("clips"), "--adapters", adapters.path)
        #expect(none.exitCode == 1 && none.output.isEmpty && none.errors.contains("None of the 4"), "\(none.errors)")
    }

    @Test func retrievalOfPicturesAndCaptions() throws {
        let adapters = try scratch.writeAdapters(
            "text-picture", x: ("all-minilm-l6-v2", 384), y: ("efficientnet-lite0", 1280))
        let images = ["crow", "rain", "guitar"].map { name in
            """
            {"filename": "\(name).png", "split": "test", "sentences": [{"raw": "A \(name)."}, {"raw": "\(name)"}]}
            """
        }
        try scratch.write("dataset_flickr8k.json", "{\"images\": [\(images.joined(separator: ", "))]}")
        let outcome = try Command.run(
            "evaluate", "retrieval", "--format", "karpathy", "--annotations", scratch.path("dataset_flickr8k.json"),
            "--media", Checkout.samples.path, "--adapters", adapters.path, "--captions", "raw")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.text.contains("image → text   (3 queries, 6 candidates)"))
        #expect(outcome.text.contains("text → image   (6 queries, 3 candidates)"))
        // The bundled sound encoder's vectors are not those of pictures.
        let wrong = try Command.run(
            "evaluate", "retrieval", "--format", "karpathy", "--annotations", scratch.path("dataset_flickr8k.json"),
            "--media", Checkout.samples.path, "--adapters", adapters.path, "--x-encoder", "yamnet")
        #expect(wrong.exitCode == 1 && wrong.errors.contains("yamnet gives vectors of 1024"), "\(wrong.errors)")
        let unknown = try Command.run(
            "evaluate", "retrieval", "--format", "karpathy", "--annotations", scratch.path("dataset_flickr8k.json"),
            "--media", Checkout.samples.path, "--adapters", "absent")
        #expect(unknown.exitCode == 3 && unknown.errors.contains("absent"), "\(unknown.errors)")
    }

    @Test func zeroShotOfTheSamples() throws {
        let classes = [
            "dog bark": "dog-bark.ogg", "rain": "rain.ogg", "crow": "crow.flac", "helicopter": "helicopter.ogg",
        ]
        for (label, file) in classes {
            try scratch.copy(Checkout.samples.appending(path: file), to: "clips/\(label)/\(file)")
        }
        let outcome = try Command.run(
            "evaluate", "zero-shot", scratch.path("clips"), "--baseline", "default", "--template", "the sound of {}",
            "--template", "{}", "--json")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let object = try #require(outcome.objects.first)
        let metrics = try #require(object["metrics"] as? [String: Any])
        #expect(metrics["items"] as? Int == 4 && metrics["classes"] as? Int == 4)
        #expect((metrics["top1"] as? [String: Double])?["value"] == 1)
        #expect((metrics["confusion"] as? [[Int]])?.map { $0.max() } == [1, 1, 1, 1])
        let baseline = try #require(object["baseline"] as? [String: Any])
        #expect(baseline["difference"] as? [String: Double] == ["value": 0, "low": 0, "high": 0])
        #expect((object["templates"] as? [String])?.count == 2)

        let prompts = try Command.run("evaluate", "zero-shot", scratch.path("clips"), "--prompts", "esc", "--json")
        #expect((prompts.objects.first?["templates"] as? [String])?.count == 5)
        let unknown = try Command.run("evaluate", "zero-shot", scratch.path("clips"), "--prompts", "absent")
        #expect(unknown.exitCode == 2 && unknown.errors.contains("imagenet-80"), "\(unknown.errors)")

        let table = try Command.run("evaluate", "zero-shot", scratch.path("clips")).text
        #expect(table.contains("top-1") && table.contains("helicopter"))
    }

    /// Uses some of the samples' pictures as real ones, as the path is tested and not the quality.
    @Test func generationOfTheSamples() throws {
        let table = ["dog-bark\tdog\tdog-bark.ogg", "rain\train\train.ogg", "crow\tbird\tcrow.flac"].map {
            let fields = $0.split(separator: "\t").map(String.init)
            return (picture: "\(fields[0]).png", concept: fields[1], sound: fields[2])
        }
        let samples = Checkout.samples.path
        try scratch.write(
            "made.tsv", table.map { "\(samples)/\($0.picture)\t\($0.concept)\t\(samples)/\($0.sound)\n" }.joined())
        try scratch.write(
            "real.tsv",
            table.map { "\($0.picture)\t\($0.concept)\tone\n" }.joined()
                + "guitar.png\tdog\ttwo\nclock-tick.png\tclock\n")
        let arguments = [
            "evaluate", "generation", scratch.path("made.tsv"), "--reference", scratch.path("real.tsv"), "--media",
            samples,
        ]
        let outcome = try Command.start(arguments + ["--json"]).finish()
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let object = try #require(outcome.objects.first)
        #expect(object["independent"] as? Bool == false && object["encoder"] as? String == "efficientnet-lite0")
        let recognition = try #require(object["recognition"] as? [String: Any])
        #expect(recognition["items"] as? Int == 3 && recognition["classes"] as? Int == 4)
        // Every picture is among the training pictures.
        #expect((object["copying"] as? [String: Any])?["share"] as? Double == 1)
        let similarities = try #require(object["similarities"] as? [String: Any])
        for key in ["AIS", "IIS", "AIC"] { #expect(similarities[key] is Double, "\(key)") }
        #expect((object["rules"] as? [String: String])?.count == 10)

        let text = try Command.start(arguments).finish().text
        #expect(text.hasPrefix("Not independent") && text.contains("AIS") && text.contains("bird"))
        let strange = try Command.run(
            "evaluate", "generation", samples, "--reference", scratch.path("real.tsv"), "--media", samples)
        #expect(strange.exitCode == 1 && strange.errors.contains("baby-cry.png"), "\(strange.errors)")
    }

    /// The picture's record names the sound that it was made from; its folder names the concept.
    @Test func generationFindsItsSounds() throws {
        for (concept, sound) in [("dog", "dog-bark.ogg"), ("bird", "crow.flac")] {
            try scratch.copy(Checkout.samples.appending(path: sound), to: "in/\(concept)/\(sound)")
        }
        _ = try Command.run(scratch.path("in"), "-o", scratch.path("out"), "--steps", "2")
        try scratch.write("real.tsv", "dog-bark.png\tdog\ncrow.png\tbird\n")
        let outcome = try Command.run(
            "evaluate", "generation", scratch.path("out"), "--reference", scratch.path("real.tsv"), "--media",
            Checkout.samples.path, "--sounds", scratch.path("in"), "--json")
        let object = try #require(outcome.objects.first, "\(outcome.errors)")
        let similarities = try #require(object["similarities"] as? [String: Any])
        #expect(similarities["sounds"] as? Int == 2 && similarities["AIS"] is Double)
        // There are two pictures of different concepts, each its own source, so no concept has two sources.
        #expect(object["copying"] == nil && object["ceiling"] == nil)
    }

    /// Classifies latents of an encoder that is not installed, with the user's own adapters.
    @Test func zeroShotOfLatents() throws {
        let adapters = try scratch.writeAdapters("own", x: ("elsewhere", 2), y: ("all-minilm-l6-v2", 384))
        try scratch.writeLatents("sounds.npy", [[1, 0], [0, 1], [1, 1]], ids: ["1", "2", "3"])
        try scratch.write("labels.tsv", "id\tlabel\n1\tdog\n2\tcat\n")
        let arguments = ["evaluate", "zero-shot", scratch.path("sounds.npy"), "--labels", scratch.path("labels.tsv")]
        let outcome = try Command.start(arguments + ["--adapters", adapters.path, "--json"]).finish()
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let object = try #require(outcome.objects.first)
        #expect((object["metrics"] as? [String: Any])?["items"] as? Int == 2)
        #expect(object["bridge"] as? String == "own" && object["templates"] as? [String] == ["{}"])
        // The model's default method needs the modality of the latents.
        let plain = try Command.start(arguments).finish()
        #expect(plain.exitCode == 1 && plain.errors.contains("modality"), "\(plain.errors)")
        try scratch.write("labels.tsv", "4\tdog\n")
        let absent = try Command.start(arguments + ["--adapters", adapters.path]).finish()
        #expect(absent.exitCode == 1 && absent.errors.contains("“4”"), "\(absent.errors)")
    }
}
