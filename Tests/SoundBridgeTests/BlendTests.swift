import FrozenEncoders
import LatentDiffusion
import TensorCore
import Testing

@testable import SoundBridge

/// One picture of several subjects.
@Suite @ComputeActor struct BlendTests {
    let pipeline = RandomParts.pipeline()

    func subjects() throws -> [PictureSubject] { try ["a", "b", "c"].map { try pipeline.subject(prompt: $0) } }

    func point(_ subject: PictureSubject) throws -> [Float] {
        try #require(subject.conditioning.embedding).vector.floats
    }

    @Test func ofASoundAndWordsItIsWhatTheyMakeTogether() throws {
        let sound = try pipeline.listen(samples: (0..<800).map { Float($0 % 2) }, rate: 8000)
        let together = try pipeline.subject(of: sound, prompt: "abc", audioWeight: 0.25)
        let blend = try pipeline.blend([
            (pipeline.subject(prompt: "abc"), 3), (pipeline.subject(of: sound), 1),
        ])
        #expect(try point(blend) == point(together))
        #expect(
            together.heard == (try pipeline.subject(of: sound)).heard && blend.prompt == nil && blend.audioScores == nil
        )
    }

    @Test func onlyTheRatiosOfWeightsCount() throws {
        let subjects = try subjects()
        let blends = try [[Float(1), 2, 1], [100, 200, 100]].map { try pipeline.blend(Array(zip(subjects, $0))) }
        #expect(try point(blends[0]) == point(blends[1]))
        let second = try pipeline.blend([(subjects[0], 0), (subjects[1], 5)])
        #expect(try zip(point(second), point(subjects[1])).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test(arguments: [[], [0, 0], [1, -1], [1, .nan], [.infinity, 1]] as [[Float]])
    func weightsWithoutAPositiveOneAreErrors(weights: [Float]) throws {
        let weighted = Array(zip(try subjects(), weights))
        let error = #expect(throws: ConditioningError.self) { try pipeline.blend(weighted) }
        #expect(error?.description.hasPrefix("The weights of the blend are") == true)
    }

    @Test func subjectsOfOtherModelsAreErrors() throws {
        let condition = Condition(vector: Tensor([1, 0, 0], shape: [3]))
        let own = try subjects()[0]
        for embedding in [
            nil, Embedding(condition.tokens.item(0), in: EmbeddingSpace("other")),
            Embedding(Tensor([1, 0], shape: [2]), in: RandomParts.space),
        ] {
            let stranger = PictureSubject(Conditioning(condition, embedding: embedding))
            #expect(throws: ConditioningError.notBlendable) { try pipeline.blend([(own, 1), (stranger, 1)]) }
        }
    }
}
