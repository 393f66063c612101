import Foundation
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders

/// Comparisons with sentence-transformers on tiny random weights in their published layouts, and with tokenizers; see
/// Training/fixtures/sentence_fixtures.py.
@Suite struct PublishedSentenceEncoderTests {
    static let texts = [
        "A dog barks in the distance.", "naïve café, 犬が吠える!", "", "ДОМ <mask> and  rain",
        String(repeating: "word ", count: 60),
    ]
    static let limit = 40

    static func folder(_ name: String) -> URL { Fixture.url("sentences/\(name)") }

    /// 1e-4 in f32, 2e-2 in bf16.
    @Test(arguments: ["roberta", "mpnet", "xlm-roberta"], CLIPTextModelTests.precisions)
    func vectorsEqualTheReference(name: String, precision: Precision) throws {
        let folder = Self.folder(name)
        guard case .text(let encoder) = try FrozenEncoder(contentsOf: folder, precision: precision) else {
            throw CocoaError(.featureUnsupported)
        }
        let expected = try SafetensorsFile(contentsOf: folder.appending(path: "vectors.safetensors")).tensor("vectors")
        #expect(expected.shape == [Self.texts.count, encoder.embeddingLength])
        for (index, text) in Self.texts.enumerated() {
            let difference = relativeDistance(encoder.encode(text).pooled, expected.item(index))
            #expect(difference <= (precision == .float32 ? 1e-4 : 2e-2), "\(text.prefix(30)): \(difference)")
        }
    }

    @Test(arguments: ["roberta", "mpnet", "xlm-roberta", "siglip"])
    func idsEqualTheReference(name: String) throws {
        let folder = Self.folder(name)
        let tokenizer = try TextTokenizer(
            contentsOf: folder.appending(path: "tokenizer.json"), maximumTokens: Self.limit)
        let texts = try JSONDecoder().decode(
            [CLIPTokenizerTests.Encoded].self, from: Data(contentsOf: Fixture.url("clip-token-ids.json"))
        ).map(\.text)
        let file = try SafetensorsFile(contentsOf: folder.appending(path: "ids.safetensors"))
        var ids = try file.tensor("ids").floats.map { Int($0) }[...]
        let counts = try file.tensor("counts").floats.map { Int($0) }
        #expect(texts.count == counts.count && texts.count >= 500)
        for (text, count) in zip(texts, counts) {
            #expect(tokenizer.tokenIDs(of: text) == Array(ids.prefix(count)), "\(text.debugDescription.prefix(200))")
            ids = ids.dropFirst(count)
        }
    }

    @Test func aPromptGoesBeforeEveryText() throws {
        let encoder = try SentenceEncoder(contentsOf: Self.folder("xlm-roberta"))
        #expect(encoder.prompts == ["query": "query: "])
        let plain = encoder.prompted("").encode("query: rain").pooled
        #expect(encoder.encode("rain").pooled.floats == plain.floats)
        #expect(encoder.prompted("passage: ").encode("rain").pooled.floats != plain.floats)
        let other = try SentenceEncoder(contentsOf: Self.folder("roberta"))
        #expect(other.prompts == ["query": "Represent this: "])
        #expect(other.encode("rain").pooled.floats == other.prompted("").encode("rain").pooled.floats)
    }
}
