import Foundation
import FrozenEncoders
import LatentStore
import SoundBridge
import TensorCore
import TestSupport
import Testing

@testable import Evaluation

/// Which adapters bring which latents together, on the bundled encoders and random adapters.
@ComputeActor @Suite struct SharedSpaceTests {
    private let scratch: Scratch
    private let bridge: Bridge

    init() throws {
        scratch = try Scratch()
        let components = ["yamnet", "all-minilm-l6-v2", "audioset-words", "efficientnet-lite0"]
        try FileManager.default.createDirectory(at: scratch.url("components"), withIntermediateDirectories: true)
        for name in components {
            try FileManager.default.copyItem(
                at: Installed.models.appending(path: "components/\(name)"), to: scratch.url("components/\(name)"))
        }
        _ = try scratch.writeAdapters(
            "components/picture-text", x: ("all-minilm-l6-v2", 384), y: ("efficientnet-lite0", 1280))
        _ = try scratch.writeAdapters("components/sound-text", x: ("yamnet", 1024), y: ("all-minilm-l6-v2", 384))
        try scratch.write(
            "small/bundle.json",
            """
            {"format_version": 1, "name": "small", "summary": "", "components": {
              "audio_encoder": "components/yamnet", "text_encoder": "components/all-minilm-l6-v2",
              "image_encoder": "components/efficientnet-lite0", "class_words": "components/audioset-words",
              "image_text": "components/picture-text", "audio_text": "components/sound-text"},
             "defaults": {"sampler": "euler", "steps": 4, "guidance_scale": 2}}
            """)
        bridge = try Bridge(ModelBundle(contentsOf: scratch.url("small")), precision: .float32)
    }

    private func adapters(_ name: String) throws -> NamedAdapters {
        try NamedAdapters(contentsOf: scratch.url("components/\(name)"), precision: .float32)
    }

    private func latents(_ modality: Modality, channels: Int) -> (Tensor, LatentKind) {
        var random = SplitMix(state: UInt64(channels))
        let encoder = [Modality.audio: "yamnet", .text: "all-minilm-l6-v2", .image: "efficientnet-lite0"][modality]
        return (random.tensor(3, channels), LatentKind(encoder: encoder, modality: modality, channels: channels))
    }

    @Test func likeIsComparedWithLikeAsItIs() throws {
        let space = try SharedSpace(.image, .image, in: bridge)
        let (rows, kind) = latents(.image, channels: 1280)
        #expect(try space.first(rows, of: kind).floats == rows.normalized().floats)
        #expect(try space.second(rows, of: kind).floats == rows.normalized().floats)
    }

    @Test func wordsAndPicturesAndWordsAndSounds() throws {
        let (words, wordKind) = latents(.text, channels: 384)
        for (modality, channels, name) in [(Modality.image, 1280, "picture-text"), (.audio, 1024, "sound-text")] {
            let (items, kind) = latents(modality, channels: channels)
            let expected = try adapters(name).sides(for: wordKind)
            let forward = try SharedSpace(.text, modality, in: bridge)
            let backward = try SharedSpace(modality, .text, in: bridge)
            #expect(forward.description == name)
            #expect(try forward.first(words, of: wordKind).floats == expected.own(words, of: wordKind).floats)
            #expect(try forward.second(items, of: kind).floats == expected.other(items, of: kind).floats)
            #expect(try backward.first(items, of: kind).floats == expected.other(items, of: kind).floats)
            // A latent of the wrong kind is refused, not misread.
            #expect(throws: SpaceError.self) { try forward.second(words, of: wordKind) }
        }
    }

    /// By hand: sound → condition → the words' side of the picture adapters.
    @Test func soundsAndPicturesMeetByWayOfWords() throws {
        let sound = try bridge.listen(to: Installed.samples.appending(path: "dog-bark.ogg"))
        let both = Tensor(sound.embedding + sound.scores, shape: [1, sound.embedding.count + sound.scores.count])
        let kind = LatentKind(encoder: "yamnet", modality: .audio, channels: both.channels)
        let condition = try bridge.condition(on: sound).vector.reshaped([1, 384])
        let words = LatentKind(encoder: "all-minilm-l6-v2", modality: .text, channels: 384)
        let expected = try adapters("picture-text").sides(for: words).own(condition, of: words)
        let space = try SharedSpace(.audio, .image, in: bridge)
        #expect(try space.first(both, of: kind).floats == expected.floats)
        let (pictures, pictureKind) = latents(.image, channels: 1280)
        #expect(try space.second(pictures, of: pictureKind).shape == [3, 6])
        let reversed = try SharedSpace(.image, .audio, in: bridge)
        #expect(try reversed.second(both, of: kind).floats == expected.floats)

        // Embeddings alone do not tell the bridge what was heard.
        let (embeddings, embeddingKind) = latents(.audio, channels: 1024)
        let error = #expect(throws: SpaceError.self) { try space.first(embeddings, of: embeddingKind) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("--features both"))
    }

    @Test func aBundleWithoutAdaptersSaysSo() throws {
        let plain = try Bridge(
            ModelBundle(contentsOf: Installed.models.appending(path: "default")), precision: .float32)
        guard !plain.bundle.componentDirectories.contains(where: { $0.role == .imageText }) else { return }
        #expect(throws: ModelError.self) { try SharedSpace(.text, .image, in: plain) }
    }
}
