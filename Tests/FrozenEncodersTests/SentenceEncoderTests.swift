import Foundation
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders

/// Comparisons with `transformers` with the same rounded weights; see Training/fixtures/encoder_fixtures.py.
@Suite struct SentenceEncoderTests {
    let encoder: SentenceEncoder
    let texts: [String]

    init() throws {
        encoder = try SentenceEncoder(contentsOf: Checkout.component("all-minilm-l6-v2"))
        texts = try JSONDecoder().decode([String].self, from: Data(contentsOf: Fixture.url("minilm.json")))
    }

    @Test func equalsTheReference() throws {
        let expected = try SafetensorsFile(contentsOf: Fixture.url("minilm.safetensors")).tensor("embeddings")
        let vectors = Tensor.stacked(texts.map { encoder.encode($0).pooled })
        #expect(vectors.shape == expected.shape && vectors.shape == [texts.count, 384])
        #expect(encoder.tokenizer.maximumTokens == 256)
        // The tolerance for a sentence vector is 1e-4 for each component; components are about 0.05.
        for (index, text) in texts.enumerated() {
            let difference = zip(vectors.item(index).floats, expected.item(index).floats).map { abs($0 - $1) }.max()
            #expect(difference! <= 1e-4, "\(text.prefix(40))")
        }
    }

    @Test func vectorsHaveLengthOne() {
        for index in texts.indices {
            let squares = encoder.encode(texts[index]).pooled.floats.reduce(0) { $0 + $1 * $1 }
            #expect(abs(squares - 1) < 1e-5)
        }
    }

    @Test func likeMeaningsAreNear() {
        let dog = encoder.encode("a dog barks").pooled.floats
        let puppy = encoder.encode("the puppy is barking").pooled.floats
        let tax = encoder.encode("quarterly tax report").pooled.floats
        #expect(cosine(dog, puppy) > 0.6 && cosine(dog, tax) < 0.2)
    }

    @Test(.enabled(if: Precision.hasBFloat16)) func bfloat16StaysClose() throws {
        let rounded = try SentenceEncoder(contentsOf: Checkout.component("all-minilm-l6-v2"), precision: .bfloat16)
        for text in texts {
            #expect(cosine(encoder.encode(text).pooled.floats, rounded.encode(text).pooled.floats) > 0.999)
        }
    }
}
