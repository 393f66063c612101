import FrozenEncoders
import LatentDiffusion
import SoundFrontEnd
import TensorCore
import Testing

@testable import SoundBridge

/// Whatever a caller passes, nothing traps: what is wrong is an error of one sentence.
@Suite @ComputeActor struct SettingTests {
    let pipeline = RandomParts.pipeline()
    let second = (0..<8000).map { Float($0 % 2) }

    func request() throws -> PictureRequest {
        PictureRequest(try pipeline.subject(prompt: "abc"), pipeline.settings())
    }

    nonisolated static let nonsense: [(String, @Sendable (inout PictureRequest) -> Void)] = [
        ("seed", { $0.settings.seed = .max }), ("steps", { $0.settings.steps = 0 }),
        ("steps", { $0.settings.steps = -3 }), ("steps", { $0.settings.steps = .max }),
        ("guidance", { $0.settings.guidanceScale = -1 }), ("guidance", { $0.settings.guidanceScale = .nan }),
        ("guidance", { $0.settings.guidanceScale = .infinity }),
        ("variation", { $0.settings.variation = NoiseVariation(seed: 1, strength: 1.5) }),
        ("variation", { $0.settings.variation = NoiseVariation(seed: .max, strength: 0.5) }),
        ("width", { $0.settings.size = PictureSize(width: -16, height: 16) }),
        ("height", { $0.settings.size = PictureSize(width: 16, height: 0) }),
        ("width", { $0.settings.size = PictureSize(width: .max, height: 16) }),
        (
            "strength",
            { $0.start = try? StartingPicture(.init(width: 1, height: 1, pixels: [0, 0, 0]), strength: .nan) }
        ),
    ]

    @Test(arguments: nonsense.indices)
    func settingsOutsideTheirRangeAreErrors(index: Int) async throws {
        var request = try request()
        let (name, spoil) = Self.nonsense[index]
        spoil(&request)
        let error = #expect(throws: SettingError.self) { try pipeline.draw([request]) }
        #expect(error?.description.contains(name) == true && error?.exitStatus == 2)
        await #expect(throws: SettingError.self) { for try await _ in pipeline.pictures([request]) {} }
        // Those beside it are drawn.
        let queue = try DrawQueue(pipeline, capacity: 2)
        try queue.add(request)
        try queue.add(self.request())
        var results: [Bool] = []
        while !queue.isEmpty { results += try queue.draw().map { (try? $0.get()) != nil } }
        #expect(results == [false, true])
    }

    @Test(arguments: [0, -3, 65, .max])
    func batchesHaveASize(size: Int) async throws {
        let request = try request()
        #expect(throws: SettingError.self) { try pipeline.draw([request], batchSize: size) }
        await #expect(throws: SettingError.self) {
            for try await _ in pipeline.pictures([request], batchSize: size) {}
        }
        #expect(throws: SettingError.self) { try DrawQueue(pipeline, capacity: -3) }
    }

    @Test(arguments: [0, -3])
    func countsStartAtOne(count: Int) throws {
        let sound = try pipeline.listen(samples: second, rate: 8000)
        let embedding = try pipeline.embedding(of: sound)
        #expect(throws: SettingError.self) { try pipeline.heard(embedding, count: count) }
        #expect(throws: SettingError.self) { try pipeline.audioScores(sound, count: count) }
    }

    @Test(arguments: [Float(-0.1), 1.1, .nan, .infinity])
    func theAudioWeightIsAShare(weight: Float) throws {
        let sound = try pipeline.listen(samples: second, rate: 8000)
        #expect(throws: SettingError.self) { try pipeline.subject(of: sound, prompt: "abc", audioWeight: weight) }
    }

    @Test(arguments: ["", " \n"])
    func aPromptHasWords(prompt: String) throws {
        let sound = try pipeline.listen(samples: second, rate: 8000)
        #expect(throws: ConditioningError.noWords) { try pipeline.subject(prompt: prompt) }
        #expect(throws: ConditioningError.noWords) { try pipeline.subject(of: sound, prompt: prompt) }
    }

    @Test func embeddingsOfOtherSpacesAreErrors() throws {
        let other = Embedding(Tensor([1, 0, 0], shape: [3]), in: EmbeddingSpace("other"))
        #expect(throws: ConditioningError.otherSpace(found: other.space, expected: RandomParts.space)) {
            try pipeline.heard(other)
        }
        let narrow = Embedding(Tensor([1, 0], shape: [2]), in: RandomParts.space)
        #expect(throws: ModelError.self) { try pipeline.heard(narrow) }
    }

    // MARK: Listening

    @Test(arguments: [8000, 44_100, 768_000, 1000])
    func samplesAtAnyRateAreResampled(rate: Int) throws {
        let samples = [Float](repeating: 0.5, count: rate)
        let sound = try pipeline.listen(samples: samples, rate: rate)
        // The third number is the length in seconds at the encoder's own rate.
        #expect(abs(sound.embedding[2] - 1) < 0.001)
        let stream = try Waveform(samples: samples, sampleRate: rate)
        #expect(try pipeline.listen(to: stream) == sound)
    }

    @Test(arguments: [0, -1, 1, .max, .min])
    func ratesThatNoSoundHasAreErrors(rate: Int) {
        #expect(throws: SignalError.self) { try pipeline.listen(samples: second, rate: rate) }
    }

    @Test func samplesThatAreNoSoundAreErrors() {
        #expect(throws: EncoderError.silent) { try pipeline.listen(samples: [], rate: 8000) }
        #expect(throws: EncoderError.silent) { try pipeline.listen(samples: [], rate: 44_100) }
        for value in [Float.nan, .infinity] {
            #expect(throws: SignalError.sampleValue(index: 1)) {
                try pipeline.listen(samples: [0, value], rate: 44_100)
            }
        }
        #expect(throws: AudioFileError.self) { try pipeline.listen(to: .init([1, 2, 3])) }
    }
}
