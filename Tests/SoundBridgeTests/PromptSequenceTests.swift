import Foundation
import FrozenEncoders
import LatentDiffusion
import TensorCore
import TestSupport
import Testing

@testable import SoundBridge

@Suite @ComputeActor struct PromptSequenceTests {
    struct Blend: Decodable {
        let prompts: [String]
        let weights: [Float]
        let states: [Float]
    }

    /// The encoder of Training/fixtures/blend_fixtures.py.
    struct Formula: TextEncoder {
        let tokenizer: CLIPTokenizer
        let embeddingLength = 1
        let stateShape: [Int]? = [77, 3]

        init() throws {
            tokenizer = try CLIPTokenizer(
                merges: Checkout.component("clip-vocabulary").appending(path: "merges.txt"), padding: .endOfText)
        }

        func encode(_ text: String) -> EncodedText {
            let states = tokenizer.tokenIDs(of: text).enumerated().flatMap { place, id in
                (3..<6).map { Float((id * $0 + 7 * place) % 101) / 101 }
            }
            let pooled = Tensor([Float(text.utf8.count)], shape: [1])
            let warnings = [TextWarning(text: text, kind: .unknownWords(unknown: 1, words: 1))]
            return EncodedText(
                tokenStates: Tensor(states, shape: [77, 3]), pooled: pooled, warnings: text == "odd" ? warnings : [])
        }
    }

    /// Names every sound alike.
    struct Names: SoundNaming {
        let space = RandomParts.space
        let channels = 3

        func embedding(of sound: EncodedSound) throws -> Embedding {
            Embedding(Tensor([1, 2, 2], shape: [3]), in: space)
        }

        func names(of sound: EncodedSound, count: Int) throws -> [ScoredLabel] {
            Array(
                [("a dog", 0.5), ("rain", 0.3), ("a bell", 0.2)].map { ScoredLabel(label: $0, score: $1) }.prefix(count)
            )
        }
    }

    private let encoder: LazyPart<any TextEncoder>
    private let sounds = LazyPart<any SoundNaming>(Names())

    init() throws { encoder = LazyPart(try Formula()) }

    private func sequence(
        template: String = "a photo of {sound}", isPooled: Bool = false
    ) -> PromptSequence {
        PromptSequence(
            template: template, conditioning: TextConditioning(isPooled: isPooled, isEmptyZero: false),
            textEncoder: encoder, sounds: sounds
        )
    }

    private func blend(_ sequence: PromptSequence, _ prompts: [String], _ weights: [Float]) throws -> Condition {
        try sequence.blend(
            zip(prompts, weights).map { WeightedConditioning(try sequence.conditioning(of: $0), weight: $1) }
        ).condition
    }

    private func isNear(_ a: Tensor, _ b: [Float]) -> Bool {
        a.count == b.count && zip(a.floats, b).allSatisfy { abs($0 - $1) <= 1e-6 }
    }

    /// Blends made by compel 2.5.1.
    @Test func blendsEqualCompels() throws {
        let url = Bundle.module.bundleURL.appending(path: "Fixtures/blends.json")
        let blends = try JSONDecoder().decode([Blend].self, from: Data(contentsOf: url))
        #expect(blends.count == 4)
        for expected in blends {
            let condition = try blend(sequence(), expected.prompts, expected.weights)
            #expect(condition.shape == ConditionShape(tokens: 77, width: 3))
            #expect(isNear(condition.tokens, expected.states), "\(expected.prompts)")
        }
    }

    @Test func aSoundIsTheBlendOfItsNamesInTheTemplate() throws {
        let sound = EncodedSound(embedding: [], scores: nil), sequence = sequence()
        let conditioning = try sequence.conditioning(of: sound)
        let expected = try blend(
            sequence, ["a photo of a dog", "a photo of rain", "a photo of a bell"], [0.5, 0.3, 0.2])
        #expect(isNear(conditioning.condition.tokens, expected.tokens.floats))
        #expect(try conditioning.embedding?.vector.floats == Names().embedding(of: sound).vector.floats)
        let own = try sequence.conditioning(of: sound, as: SoundReading(in: "{sound}, oil on canvas")).condition
        #expect(
            isNear(
                own.tokens,
                try blend(
                    sequence, ["a dog, oil on canvas", "rain, oil on canvas", "a bell, oil on canvas"], [0.5, 0.3, 0.2]
                ).tokens.floats))
    }

    @Test func thePooledVectorIsBlendedWhereItIsTaken() throws {
        let pooled = sequence(isPooled: true)
        #expect(try blend(pooled, ["abc", "a"], [1, 3]).pooled?.floats == [1.5])
        #expect(pooled.shape == ConditionShape(tokens: 77, width: 3, pooledWidth: 1))
        pooled.release(.words)
        #expect(pooled.shape == nil)
        #expect(try sequence().empty().pooled == nil)
    }

    @Test func conditionsOfOthersAreErrors() throws {
        let sequence = sequence(), own = try sequence.conditioning(of: "a")
        let stranger = Conditioning(Condition(vector: Tensor([1, 0, 0], shape: [3])), embedding: nil)
        #expect(throws: ConditioningError.notBlendable) {
            try sequence.blend([WeightedConditioning(own, weight: 0.5), WeightedConditioning(stranger, weight: 0.5)])
        }
        #expect(throws: ConditioningError.notBlendable) {
            try sequence.blend([WeightedConditioning(stranger, weight: 1)])
        }
    }

    @Test func warningsOfWordsAreKept() throws {
        let sequence = sequence()
        #expect(try sequence.conditioning(of: "odd").warnings.count == 1)
        #expect(
            try sequence.conditioning(of: "odd").warnings.count == 1 && sequence.conditioning(of: "even").warnings == []
        )
    }

    @Test func anEncoderWithoutTokenStatesIsAnError() throws {
        let sequence = PromptSequence(textEncoder: LazyPart(RandomParts.Words()), sounds: sounds)
        #expect(throws: ModelError.self) { try sequence.conditioning(of: "a") }
    }

    /// A name that comes again is not encoded again, until the encoder is let go.
    @Test func recentPromptsAreRemembered() throws {
        let counter = Counter()
        let sequence = PromptSequence(textEncoder: LazyPart(Counting(counter: counter)), sounds: sounds)
        for _ in 0..<3 { _ = try sequence.conditioning(of: EncodedSound(embedding: [], scores: nil)) }
        #expect(counter.texts.count == 3)
        sequence.release(.words)
        _ = try sequence.conditioning(of: "a photo of rain")
        #expect(counter.texts.count == 4)
    }

    final class Counter: @unchecked Sendable { var texts: [String] = [] }

    struct Counting: TextEncoder {
        let counter: Counter
        let embeddingLength = 1

        func encode(_ text: String) -> EncodedText {
            counter.texts.append(text)
            return EncodedText(tokenStates: Tensor(zeros: [2, 2]), pooled: Tensor(zeros: [1]))
        }
    }
}
