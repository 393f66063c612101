import Foundation
import PictureFiles
import TensorCore
import Testing

@testable import SoundBridge

/// The bundled model through the library, as an embedder calls it.
@Suite(.serialized) @ComputeActor struct BridgeTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let dog = root.appending(path: "Samples/dog-bark.ogg")

    func bridge() throws -> Bridge {
        try Bridge(ModelBundle(contentsOf: Self.root.appending(path: "Models/default")), precision: .float32)
    }

    func quick(_ bridge: Bridge, seed: UInt64) -> GenerationSettings {
        var settings = bridge.settings(seed: seed)
        settings.steps = 2
        return settings
    }

    @Test func aSoundBecomesPicturesWithConsecutiveSeeds() async throws {
        let bridge = try bridge()
        let sound = try bridge.listen(to: dog)
        #expect(sound.embedding.count == 1024 && sound.scores.count == 521)
        let condition = try bridge.condition(on: sound)
        #expect(try bridge.heard(condition, count: 2).map(\.label).sorted() == ["Bark", "Dog"])

        var made: [SeededPicture] = []
        for try await picture in bridge.pictures(condition, quick(bridge, seed: .init(Int64.max)), count: 2) {
            made.append(picture)
        }
        #expect(made.map(\.seed) == [.init(Int64.max), 0])
        #expect(made[0].picture != made[1].picture)
        let again = try bridge.picture(of: bridge.latents(condition, quick(bridge, seed: 0)))
        #expect(again == made[1].picture)
    }

    /// A picture alone has the bits that it has in any batch, at any place there.
    @Test(arguments: [Precision.float32] + (Precision.hasBFloat16 ? [.bfloat16] : []))
    func aBatchChangesNoBit(precision: Precision) throws {
        let bridge = try Bridge(
            ModelBundle(contentsOf: Self.root.appending(path: "Models/default")), precision: precision)
        let settings = quick(bridge, seed: 0)
        let conditions = try ["a dog", "a red apple", "rain"].map { try bridge.condition(on: nil, prompt: $0) }
        let seeds: [UInt64] = [7, 0, 7, 3]
        func latents(_ indices: some Collection<Int>) throws -> Tensor {
            try bridge.latents(
                indices.map { conditions[$0 % conditions.count] }, seeds: indices.map { seeds[$0 % seeds.count] },
                settings)
        }
        let alone = try (0..<12).map { try latents([$0]).floats }
        for count in [2, 3, 8, 16] {
            let batch = try latents(0..<count)
            for index in 0..<count { #expect(batch.item(index).floats == alone[index % 12], "\(index) of \(count)") }
        }
    }

    @Test func wordsMoveASoundTowardsThem() throws {
        let bridge = try bridge()
        let sound = try bridge.listen(to: dog)
        let words = try bridge.condition(on: nil, prompt: "a train")
        let cosines = try [Float(1), 0.75, 0.5, 0.25, 0].map {
            try bridge.condition(on: sound, prompt: "a train", audioWeight: $0).cosine(to: words)
        }
        #expect(cosines == cosines.sorted())
        #expect(abs((cosines.last ?? 0) - 1) < 1e-5)
        #expect(throws: ConditionError.self) { try bridge.condition(on: nil) }
    }

    @Test func aNegativePromptChangesThePicture() throws {
        let bridge = try bridge()
        let condition = try bridge.condition(on: nil, prompt: "a dog")
        var settings = quick(bridge, seed: 1)
        let plain = try bridge.latents(condition, settings)
        settings.negativePrompt = "a cat"
        #expect(try bridge.latents(condition, settings).floats != plain.floats)
    }

    /// Without `load`, each part comes when it is first needed: then too, a misfit is an error.
    @Test func partsThatDoNotFitAreAnErrorWhenTheyAreNeeded() throws {
        let folder = try TemporaryFolder(), source = Self.root.appending(path: "Models")
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "components"), withIntermediateDirectories: true)
        for name in ["class-names", "components/yamnet", "components/audioset-words", "components/decoder"] {
            try FileManager.default.copyItem(at: source.appending(path: name), to: folder.url.appending(path: name))
        }
        let narrow = Tensor(shape: [521, 200]) { $0.update(repeating: 0.5) }
        let file = folder.url.appending(path: "components/audioset-words/embeddings.safetensors")
        try SafetensorsFile.write([("embeddings", narrow)], to: file)
        let bridge = try Bridge(ModelBundle(contentsOf: folder.url.appending(path: "class-names")), precision: .float32)
        let condition = try bridge.condition(on: bridge.listen(to: dog))
        #expect(throws: ModelError.self) { try bridge.latents(condition, quick(bridge, seed: 0)) }
        #expect(throws: ModelError.self) { try bridge.latents(condition, quick(bridge, seed: 0)) }
    }

    @Test func aStoppedStreamMakesNoMore() async throws {
        let bridge = try bridge()
        let condition = try bridge.condition(on: nil, prompt: "a dog")
        var count = 0
        for try await _ in bridge.pictures(condition, quick(bridge, seed: 0), count: 10_000) {
            count += 1
            if count == 2 { break }
        }
        #expect(count == 2)
    }
}
