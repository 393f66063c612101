import Foundation
import FrozenEncoders
import LatentDiffusion
import PictureFiles
import Synchronization
import TensorCore
import TestSupport
import Testing

@testable import SoundBridge

/// The bundled model used through the library, as a client calls it.
@Suite(.serialized) @ComputeActor struct PipelineTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let dog = root.appending(path: "Samples/dog-bark.ogg")

    func pipeline() throws -> Pipeline {
        try Pipeline(ModelBundle(contentsOf: Self.root.appending(path: "Models/default")), precision: .float32)
    }

    func quick(_ pipeline: Pipeline, seed: UInt64) -> PictureSettings {
        var settings = pipeline.settings(seed: seed)
        settings.steps = 2
        return settings
    }

    @Test func aSoundBecomesPicturesOfEachSeed() async throws {
        let pipeline = try pipeline()
        let sound = try pipeline.listen(to: dog)
        #expect(sound.embedding.count == 1408 && sound.scores?.count == 521)
        let subject = try pipeline.subject(of: sound)
        #expect(subject.heard.prefix(2).map(\.label).sorted() == ["Bark", "Dog"])
        #expect(subject.audioScores?.count == 5)

        let requests = [UInt64(3), 0].map { PictureRequest(subject, quick(pipeline, seed: $0), name: "dog.ogg") }
        var drawn: [DrawnPicture] = []
        for try await picture in pipeline.pictures(requests) { drawn.append(picture) }
        #expect(drawn.map(\.record.settings.seed) == [3, 0])
        #expect(drawn[0].picture != drawn[1].picture)
        #expect(drawn[1].record.input == "dog.ogg" && drawn[1].record.heard == subject.heard)

        // The file's bytes alone give the same picture.
        let bytes = try pipeline.subject(of: pipeline.listen(to: Data(contentsOf: dog), name: "dog.ogg"))
        var progress: [Int] = []
        let again = try pipeline.draw([PictureRequest(bytes, quick(pipeline, seed: 0))]) { progress.append($0.step) }
        #expect(again[0].picture == drawn[1].picture)
        #expect(again[0].record.audioScores == subject.audioScores && progress == [1, 2])
    }

    @Test func twoSoundsMakeOnePicture() throws {
        let pipeline = try pipeline()
        let sounds = try ["dog-bark.ogg", "rain.ogg"].map { name in
            try pipeline.subject(of: pipeline.listen(to: Self.root.appending(path: "Samples/\(name)")))
        }
        let both = try pipeline.blend(sounds.map { ($0, 1) })
        #expect(both.audioScores == nil && !both.heard.isEmpty)
        let point = try #require(both.conditioning.embedding)
        let cosines = try sounds.map { try #require($0.conditioning.embedding).cosine(to: point) }
        #expect(abs(cosines[0] - cosines[1]) < 1e-4)
        let pictures = try pipeline.draw((sounds + [both]).map { PictureRequest($0, quick(pipeline, seed: 1)) })
        #expect(Set(pictures.map(\.picture)).count == 3)
    }

    /// A picture alone has the same bits as in any batch, at any place in it.
    @Test(arguments: [Precision.float32] + (Precision.hasBFloat16 ? [.bfloat16] : []))
    func aBatchChangesNoBit(precision: Precision) throws {
        let pipeline = try Pipeline(
            ModelBundle(contentsOf: Self.root.appending(path: "Models/default")), precision: precision)
        let subjects = try ["a dog", "a red apple", "rain"].map { try pipeline.subject(prompt: $0) }
        let seeds: [UInt64] = [7, 0, 7, 3]
        func latents(_ indices: some Collection<Int>) throws -> Tensor {
            try pipeline.latents(
                indices.map {
                    PictureRequest(subjects[$0 % subjects.count], quick(pipeline, seed: seeds[$0 % seeds.count]))
                })
        }
        let alone = try (0..<12).map { try latents([$0]).floats }
        for count in [2, 3, 8, 16] {
            let batch = try latents(0..<count)
            for index in 0..<count { #expect(batch.item(index).floats == alone[index % 12], "\(index) of \(count)") }
        }
    }

    /// In the size that was asked for; after the last step they are the pictures.
    @Test(arguments: [nil, PictureSize(width: 300, height: 100)]) func quickLooksBecomeThePictures(size: PictureSize?)
        throws
    {
        let pipeline = try pipeline()
        var settings = quick(pipeline, seed: 4)
        (settings.steps, settings.size) = (6, size)
        let subjects = try ["a dog", "rain"].map { try pipeline.subject(prompt: $0) }
        var looks: [[Picture]] = []
        let drawn = try pipeline.draw(subjects.map { PictureRequest($0, settings) }) { progress in
            looks.append(progress.pictures.compactMap { try? pipeline.estimate(progress, of: $0) })
        }.map(\.picture)
        #expect(looks.count == 6 && looks.last == drawn)
        #expect(Set(looks.flatMap { $0 }).count == 12)
        #expect(looks.joined().allSatisfy { ($0.width, $0.height) == (drawn[0].width, drawn[0].height) })
    }

    /// A drawing's colours are recognised: most of what differs from its mean is explained.
    @Test func linearLooksAreAlike() throws {
        let autoencoder = try ConvolutionalAutoencoder(
            contentsOf: Self.root.appending(path: "Models/components/autoencoder"), precision: .float32)
        let picture = try Picture(contentsOf: Self.root.appending(path: "Samples/dog-bark.png"))
        let latents = try autoencoder.encode(Tensor(picture.values, shape: [1, picture.height, picture.width, 3]))
        let found = try LinearDecoder(autoencoder)(latents).floats
        let pixels = try autoencoder.decode(latents)
        let (side, scale) = (latents.shape[1], autoencoder.scale)
        let values = pixels.floats
        var expected = [Float](repeating: 0, count: found.count)
        for place in 0..<side * scale * side * scale {
            let (y, x) = (place / (side * scale) / scale, place % (side * scale) / scale)
            for colour in 0..<3 {
                expected[3 * (y * side + x) + colour] += values[3 * place + colour] / Float(scale * scale)
            }
        }
        let mean = expected.reduce(0, +) / Float(expected.count)
        let whole = expected.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let left = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect(left < 0.4 * whole, "\(left / whole)")
    }

    @Test func theBestOfSeveralIsKept() throws {
        let pipeline = try pipeline()
        let subjects = try ["a dog", "rain"].map { try pipeline.subject(prompt: $0) }
        var settings = quick(pipeline, seed: 4)
        settings.candidates = 4
        var steps: [Int] = []
        let drawn = try pipeline.draw(subjects.map { PictureRequest($0, settings) }) { steps.append($0.step) }
        #expect(steps == Array(1...4 * settings.steps))
        settings.candidates = 1
        for (subject, drawn) in zip(subjects, drawn) {
            let tried = drawn.record.candidates
            #expect(tried.count == 4 && Set(tried.map(\.seed)).count == 4 && tried[0].seed == 4)
            let best = try #require(tried.max { $0.score < $1.score })
            #expect(drawn.record.settings.seed == best.seed && drawn.record.settings.candidates == nil)
            let alone = try tried.map { candidate in
                settings.seed = candidate.seed
                return try #require(pipeline.draw([PictureRequest(subject, settings)]).first)
            }
            #expect(Set(alone.map(\.picture)).count == 4)
            let place = try #require(tried.firstIndex(of: best))
            #expect(alone[place].picture == drawn.picture && alone[place].record.candidates.isEmpty)
            #expect(try alone[place].pngData() == drawn.pngData())
        }
        #expect(throws: SettingError.self) {
            settings.candidates = 65
            return try pipeline.draw([PictureRequest(subjects[0], settings)])
        }
    }

    /// A drawing is nearer to its own name than to another's.
    @Test func theCriticTellsDrawingsApart() throws {
        let pipeline = try pipeline()
        let part = try #require(pipeline.parts.critic)
        let critic = try part()
        let names = ["dog-bark": "a dog", "guitar": "a guitar", "helicopter": "a helicopter", "rain": "rain"]
        let subjects = try names.mapValues { try pipeline.subject(prompt: $0) }
        for name in names.keys {
            let picture = try Picture(contentsOf: Self.root.appending(path: "Samples/\(name).png"))
            let nearest = try subjects.mapValues { try critic.score(for: $0)(picture) }.max { $0.value < $1.value }
            #expect(nearest?.key == name)
        }
    }

    @Test func wordsMoveASoundTowardsThem() throws {
        let pipeline = try pipeline()
        let sound = try pipeline.listen(to: dog)
        func embedding(_ sound: EncodedSound?, _ weight: Float) throws -> Embedding {
            let subject = try pipeline.subject(of: sound, prompt: "a train", audioWeight: weight)
            return try #require(subject.conditioning.embedding)
        }
        let words = try embedding(nil, 0)
        let cosines = try [Float(1), 0.75, 0.5, 0.25, 0].map { try embedding(sound, $0).cosine(to: words) }
        #expect(cosines == cosines.sorted())
        #expect(abs((cosines.last ?? 0) - 1) < 1e-5)
        #expect(throws: ConditioningError.nothingGiven) { try pipeline.subject(of: nil, prompt: nil, audioWeight: 1) }
    }

    @Test func aNegativePromptChangesThePicture() throws {
        let pipeline = try pipeline()
        let subject = try pipeline.subject(prompt: "a dog")
        var settings = quick(pipeline, seed: 1)
        let plain = try pipeline.draw([PictureRequest(subject, settings)])
        settings.negativePrompt = "a cat"
        #expect(try pipeline.draw([PictureRequest(subject, settings)])[0].picture != plain[0].picture)
    }

    @Test func partsThatWereReleasedComeBack() throws {
        let pipeline = try pipeline()
        func picture() throws -> Picture {
            try pipeline.draw([PictureRequest(pipeline.subject(prompt: "a dog"), quick(pipeline, seed: 1))])[0].picture
        }
        let before = try picture()
        let conditioner = try #require(pipeline.parts.conditioner as? SentencePoint)
        #expect(conditioner.textEncoder.loaded != nil && pipeline.parts.audioEncoder.loaded == nil)
        pipeline.release([.words, .pictures])
        #expect(conditioner.textEncoder.loaded == nil && pipeline.parts.denoiser.loaded == nil)
        #expect(try picture() == before)
    }

    /// The loader holds no encoder that the pipeline let go.
    @Test func aReleasedEncoderIsLoadedAgain() throws {
        let loads = Mutex(0)
        let encoders = EncoderLoader { folder, precision, modality in
            loads.withLock { $0 += 1 }
            return try FrozenEncoder(contentsOf: folder, precision: precision, modality: modality)
        }
        let bundle = try ModelBundle(contentsOf: Self.root.appending(path: "Models/default"))
        let pipeline = try Pipeline(bundle, precision: .float32, encoders: encoders)
        for expected in [1, 1, 2] {
            if expected == 2 { pipeline.release(.words) }
            _ = try pipeline.subject(prompt: "rain")
            #expect(loads.withLock { $0 } == expected)
        }
    }

    /// Without `load`, each part is loaded when it is first needed, and a misfit is an error then too.
    @Test func partsThatDoNotFitAreAnErrorWhenTheyAreNeeded() throws {
        let folder = try TemporaryFolder(), source = Self.root.appending(path: "Models")
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "components"), withIntermediateDirectories: true)
        for name in ["class-names"]
            + ["two-ears", "yamnet", "efficientat-mn04", "audioset-words", "decoder"].map({ "components/\($0)" })
        {
            try FileManager.default.copyItem(at: source.appending(path: name), to: folder.url.appending(path: name))
        }
        let narrow = Tensor(shape: [521, 200]) { $0.update(repeating: 0.5) }
        let file = folder.url.appending(path: "components/audioset-words/embeddings.safetensors")
        try SafetensorsFile.write([("embeddings", narrow)], to: file)
        let pipeline = try Pipeline(
            ModelBundle(contentsOf: folder.url.appending(path: "class-names")), precision: .float32)
        let request = PictureRequest(try pipeline.subject(of: pipeline.listen(to: dog)), quick(pipeline, seed: 0))
        for _ in 0..<2 {
            let error = #expect(throws: ModelError.self) { try pipeline.draw([request]) }
            #expect("\(error.map { "\($0)" } ?? "")".contains("1 × 200"))
        }
    }

    @Test func aStoppedStreamMakesNoMore() async throws {
        let pipeline = try pipeline()
        let subject = try pipeline.subject(prompt: "a dog")
        var count = 0
        for try await _ in pipeline.pictures((0..<10_000).map { PictureRequest(subject, quick(pipeline, seed: $0)) }) {
            count += 1
            if count == 2 { break }
        }
        #expect(count == 2)
    }
}
