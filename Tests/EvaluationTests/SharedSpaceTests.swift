import Foundation
import FrozenEncoders
import LatentStore
import SoundBridge
import TensorCore
import TestSupport
import Testing

@testable import Evaluation

/// Tests of the choice of adapters for given latents, on the bundled encoders and random adapters.
@ComputeActor @Suite struct SharedSpaceTests {
    private let scratch: TemporaryFolder
    private let model: OpenModel

    init() throws {
        scratch = try TemporaryFolder()
        let components = ["yamnet", "all-minilm-l6-v2", "audioset-words", "efficientnet-lite0"]
        for name in components { try scratch.copy(Checkout.component(name), to: "components/\(name)") }
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
        model = try OpenModel(ModelBundle(contentsOf: scratch.url("small")), precision: .float32)
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
        let space = try SharedSpace(.image, .image, in: model)
        let (rows, kind) = latents(.image, channels: 1280)
        #expect(try space.first(rows, of: kind).rows.floats == rows.normalized().floats)
        #expect(try space.second(rows, of: kind).rows.floats == rows.normalized().floats)
    }

    @Test func wordsAndPicturesAndWordsAndSounds() throws {
        let (words, wordKind) = latents(.text, channels: 384)
        for (modality, channels, name) in [(Modality.image, 1280, "picture-text"), (.audio, 1024, "sound-text")] {
            let (items, kind) = latents(modality, channels: channels)
            let expected = try adapters(name).sides(for: wordKind)
            let forward = try SharedSpace(.text, modality, in: model)
            let backward = try SharedSpace(modality, .text, in: model)
            #expect(forward.description == name)
            #expect(try forward.first(words, of: wordKind).rows.floats == expected.own(words, of: wordKind).rows.floats)
            #expect(try forward.second(items, of: kind).rows.floats == expected.other(items, of: kind).rows.floats)
            #expect(try backward.first(items, of: kind).rows.floats == expected.other(items, of: kind).rows.floats)
            // A latent of the wrong kind is refused, not misread.
            #expect(throws: SpaceError.self) { try forward.second(words, of: wordKind) }
        }
    }

    /// Computed by hand: sound → sentence space → the words' side of the picture adapters.
    @Test func soundsAndPicturesMeetByWayOfWords() throws {
        let sound = try model.pipeline.listen(to: Checkout.samples.appending(path: "dog-bark.ogg"))
        let vector = SoundFeatures.both.vector(of: sound)
        let both = Tensor(vector, shape: [1, vector.count])
        let kind = LatentKind(encoder: "yamnet", modality: .audio, channels: both.channels)
        let sentence = try Embeddings([model.pipeline.embedding(of: sound)])
        let words = LatentKind(encoder: "all-minilm-l6-v2", modality: .text, channels: 384)
        let expected = try adapters("picture-text").sides(for: words).own(sentence.rows, of: words)
        let space = try SharedSpace(.audio, .image, in: model)
        #expect(try space.first(both, of: kind).rows.floats == expected.rows.floats)
        let (pictures, pictureKind) = latents(.image, channels: 1280)
        #expect(try space.second(pictures, of: pictureKind).rows.shape == [3, 6])
        let reversed = try SharedSpace(.image, .audio, in: model)
        #expect(try reversed.second(both, of: kind).rows.floats == expected.rows.floats)

        // Embeddings alone, without class scores, are not enough for the sound adapter.
        let (embeddings, embeddingKind) = latents(.audio, channels: 1024)
        let error = #expect(throws: SpaceError.self) { try space.first(embeddings, of: embeddingKind) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("--features both"))
    }

    @Test func aBundleWithoutAdaptersSaysSo() throws {
        let whole = try scratch.data("small/bundle.json")
        var manifest = try #require(JSONSerialization.jsonObject(with: whole) as? [String: Any])
        var components = try #require(manifest["components"] as? [String: String])
        components["image_text"] = nil
        manifest["components"] = components
        try scratch.write("plain/bundle.json", JSONSerialization.data(withJSONObject: manifest))
        let plain = try OpenModel(ModelBundle(contentsOf: scratch.url("plain")), precision: .float32)
        #expect(throws: ModelError.self) { try SharedSpace(.text, .image, in: plain) }
    }
}
