import Foundation
import FrozenEncoders
import LatentStore
import PictureFiles
import TestSupport
import Testing

/// `search` as a user runs it, over latents of the samples.
@Suite(.serialized) struct SearchTests {
    let scratch: TemporaryFolder
    private let names = ["crow", "dog-bark", "guitar", "rain", "rooster"]

    init() throws { scratch = try TemporaryFolder() }

    @Test func help() throws {
        let outcome = try Command.start(["search", "--help"], environment: ["COLUMNS": "100"]).finish()
        #expect(outcome.exitCode == 0 && outcome.errors.isEmpty)
        try expectSnapshot(outcome.text, "help-search")
    }

    @Test func wrongUsage() throws {
        var transcript = ""
        for arguments in [
            ["search"], ["search", "a.png"], ["search", "--in", "a.npy"],
            ["search", "a.png", "--text", "a", "--in", "a.npy"], ["search", "--text", " ", "--in", "a.npy"],
            ["search", "a.png", "--in", "a.npy", "-k", "0"],
        ] {
            let outcome = try Command.start(arguments).finish()
            #expect(outcome.exitCode == 2 && outcome.output.isEmpty, "\(arguments)")
            transcript += "$ fusemix-gen \(arguments.joined(separator: " "))\n\(outcome.errors)\n"
        }
        try expectSnapshot(transcript, "wrong-usage-search")
    }

    private func writePictures() throws {
        let encoder = try EfficientNetLite(contentsOf: Checkout.component("efficientnet-lite0"))
        let pictures = try names.map { try Picture(contentsOf: Checkout.samples.appending(path: "\($0).png")) }
        try LatentSet(
            ids: names.map { "\($0).png" }, vectors: .stacked(pictures.map(encoder.encode)),
            metadata: ["encoder": "efficientnet-lite0", "modality": "image"]
        ).write(to: scratch.url("pictures.safetensors"))
    }

    @Test func aPictureFindsItself() throws {
        try writePictures()
        let picture = Checkout.samples.appending(path: "guitar.png").path
        let outcome = try Command.run(
            "search", picture, "--in", scratch.path("pictures.safetensors"), "-k", "2", "--json", "--precision", "f32")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let object = try #require(outcome.objects.first)
        let hits = try #require(object["hits"] as? [[String: Any]])
        #expect(hits.count == 2 && hits[0]["id"] as? String == "guitar.png" && hits[0]["rank"] as? Int == 1)
        #expect(hits[0]["score"].flatMap { $0 as? Double }.map { abs($0 - 1) < 1e-6 } ?? false)
        #expect(object["searched"] as? Int == 5 && object["modality"] as? String == "image")

        let text = try Command.run("search", picture, "--in", scratch.path("pictures.safetensors")).text
        #expect(text.split(separator: "\n").count == 5 && text.hasPrefix("  1   "))
    }

    @Test func wordsFindWords() throws {
        let encoder = try SentenceEncoder(contentsOf: Checkout.component("all-minilm-l6-v2"))
        let lines = ["a dog barks", "rain falls on a roof", "somebody plays the guitar"]
        try LatentSet(
            ids: lines, vectors: .stacked(lines.map { encoder.encode($0).pooled }),
            metadata: ["encoder": "all-minilm-l6-v2", "modality": "text"]
        ).write(to: scratch.url("lines.safetensors"))
        let outcome = try Command.run(
            "search", "--text", "a puppy", "--in", scratch.path("lines.safetensors"), "-k", "1")
        #expect(outcome.exitCode == 0 && outcome.text.contains("a dog barks"), "\(outcome.errors)")
        // Sounds cannot be compared with words without adapters between them.
        let sound = Checkout.samples.appending(path: "rain.ogg").path
        let adapters = try scratch.writeAdapters("sound-text", x: ("yamnet", 1024), y: ("all-minilm-l6-v2", 384))
        let crossed = try Command.run(
            "search", sound, "--in", scratch.path("lines.safetensors"), "--adapters", adapters.path, "--json")
        #expect(crossed.exitCode == 0, "\(crossed.errors)")
        #expect((crossed.objects.first?["hits"] as? [[String: Any]])?.count == 3)
        #expect(crossed.objects.first?["space"] as? String == "sound-text")
        let wrong = try Command.run(
            "search", "--text", "rain", "--in", scratch.path("lines.safetensors"), "--adapters", adapters.path)
        #expect(wrong.exitCode == 1 && wrong.errors.contains("yamnet"), "\(wrong.errors)")
    }

    /// Sounds as `embed` makes them unless told otherwise are found by words.
    @Test func wordsFindSounds() throws {
        let embedded = try Command.run(
            "embed", Checkout.samples.path, "--encoder", "two-ears", "-o", scratch.path("sounds.safetensors"), "--json")
        #expect(embedded.exitCode == 0 && embedded.objects.first?["channels"] as? Int == 1929, "\(embedded.errors)")
        for (words, id) in [("a dog barks", "dog-bark.ogg"), ("a crow", "crow.flac")] {
            let outcome = try Command.run(
                "search", "--text", words, "--in", scratch.path("sounds.safetensors"), "-k", "1")
            #expect(outcome.exitCode == 0 && outcome.text.contains(id), "\(outcome.text)\(outcome.errors)")
        }
    }

    /// Sounds embedded with their class scores do not fit adapters for the embedding alone.
    @Test func latentsOfAnotherWidthAreOneSentence() throws {
        let adapters = try scratch.writeAdapters("sound-text", x: ("yamnet", 1024), y: ("all-minilm-l6-v2", 384))
        let rows = [[Float](repeating: 1, count: 1545)]
        try scratch.writeLatents(
            "both.safetensors", rows, ids: ["1"], metadata: ["encoder": "yamnet", "modality": "audio"])
        let outcome = try Command.run(
            "search", "--text", "rain", "--in", scratch.path("both.safetensors"), "--adapters", adapters.path)
        #expect(outcome.exitCode == 1 && outcome.output.isEmpty)
        #expect(
            outcome.errors == """
                fusemix-gen: The adapters sound-text take yamnet's vectors of 1024 numbers, not of 1545: embed --features \
                decides what a sound's vector holds.

                """)
    }

    /// In a model with adapters between words and pictures, a sound finds pictures by way of words.
    @Test func soundsFindPictures() throws {
        try writePictures()
        let models = scratch.url("Models")
        for name in ["yamnet", "all-minilm-l6-v2", "audioset-words", "efficientnet-lite0"] {
            try scratch.copy(Checkout.component(name), to: "Models/components/\(name)")
        }
        _ = try scratch.writeAdapters(
            "Models/components/picture-text", x: ("efficientnet-lite0", 1280), y: ("all-minilm-l6-v2", 384))
        try scratch.write(
            "Models/small/bundle.json",
            """
            {"format_version": 1, "name": "small", "summary": "", "components": {
              "audio_encoder": "components/yamnet", "text_encoder": "components/all-minilm-l6-v2",
              "image_encoder": "components/efficientnet-lite0", "class_words": "components/audioset-words",
              "image_text": "components/picture-text"},
             "defaults": {"sampler": "euler", "steps": 4, "guidance_scale": 2}}
            """)
        for query in [[Checkout.samples.appending(path: "rain.ogg").path], ["--text", "rain"]] {
            let outcome = try Command.start(
                ["search"] + query
                    + ["--in", scratch.path("pictures.safetensors"), "--model", models.path + "/small", "--json"]
            ).finish()
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            #expect((outcome.objects.first?["hits"] as? [[String: Any]])?.count == 5)
            #expect((outcome.objects.first?["space"] as? String)?.hasPrefix("picture-text") ?? false)
        }
        // Such a model has no adapters between words and sounds.
        try scratch.writeLatents(
            "sounds.npy", [[1, 0], [0, 1]], ids: ["1", "2"])
        let unknown = try Command.run("search", "--text", "rain", "--in", scratch.path("sounds.npy"))
        #expect(unknown.exitCode == 1 && unknown.errors.contains("modality"), "\(unknown.errors)")
        try scratch.writeLatents(
            "sounds.safetensors", [[1, 0], [0, 1]], ids: ["1", "2"],
            metadata: ["encoder": "yamnet", "modality": "audio"])
        let lacking = try Command.run(
            "search", "--text", "rain", "--in", scratch.path("sounds.safetensors"), "--model", models.path + "/small")
        #expect(lacking.exitCode == 3 && lacking.errors.contains("audio text"), "\(lacking.errors)")
    }
}
