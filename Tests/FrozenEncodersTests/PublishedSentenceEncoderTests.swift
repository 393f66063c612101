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
    @Test(arguments: ["roberta", "mpnet", "xlm-roberta", "distilbert"], CLIPTextModelTests.precisions)
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
        try expectIDs(
            of: TextTokenizer(
                contentsOf: Self.folder(name).appending(path: "tokenizer.json"), maximumTokens: Self.limit),
            in: Self.folder(name))
    }

    @Test func aVocabularyWithMergesIsARoBERTasTokenizer() throws {
        let scratch = try TemporaryFolder()
        try RoBERTaFiles.write(to: scratch)
        let tokenizer = try TextTokenizer(in: scratch.url, positions: Self.limit, vocabularySize: 600)
        try expectIDs(of: tokenizer, in: Self.folder("roberta"))
    }

    private static let pieces = folder("sentencepiece").appending(path: "sentencepiece.bpe.model")

    /// With all that its texts are prepared by, words of 100,000 letters included.
    @Test func aModelOfSentencePieceHasItsIDs() throws {
        let tokenizer = TextTokenizer(try .init(sentencePiece: Self.pieces), maximumTokens: 500)
        try expectIDs(of: tokenizer, in: Self.folder("sentencepiece"))
    }

    @Test func anXLMRoBERTaReadsAModelOfSentencePiece() throws {
        let scratch = try TemporaryFolder()
        try scratch.copy(Self.folder("xlm-roberta"), to: "xlm")
        try FileManager.default.removeItem(at: scratch.url("xlm/tokenizer.json"))
        try scratch.copy(Self.pieces, to: "xlm/sentencepiece.bpe.model")
        let tokenizer = try SentenceEncoder(contentsOf: scratch.url("xlm")).tokenizer
        let own = TextTokenizer(try .init(sentencePiece: Self.pieces), maximumTokens: Self.limit - 2)
        for text in ["A dog barks.", "", "naïve 犬 犬", String(repeating: "word ", count: 60)] {
            let moved = own.tokenIDs(of: text).map { $0 == 0 ? 3 : $0 + 1 }
            #expect(tokenizer.tokenIDs(of: text) == [0] + moved + [2], "\(text.prefix(20))")
        }
        let mask = tokenizer.vocabularySize - 1
        let (before, after) = (own.tokenIDs(of: "A").map { $0 + 1 }, own.tokenIDs(of: "dog").map { $0 + 1 })
        #expect(tokenizer.tokenIDs(of: "A <mask> dog") == [0] + before + [mask] + after + [2])
        // A word is told of as a word.
        let warnings = tokenizer.tokens(of: String(repeating: "word ", count: 60)).warnings
        #expect(warnings.count == 1 && "\(warnings)".contains("up to “▁word ▁word"))
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

/// Expects the ids that the folder stores of many texts.
func expectIDs(of tokenizer: TextTokenizer, in folder: URL) throws {
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

/// The tokenizer of the fixtures' RoBERTa as it was written before `tokenizer.json`.
enum RoBERTaFiles {
    private struct Whole: Decodable {
        let model: Model

        struct Model: Decodable {
            let vocab: [String: Int]
            let merges: [[String]]
        }
    }

    /// - Parameter renamed: Other names of pieces.
    static func write(to folder: TemporaryFolder, renamed: [String: String] = [:]) throws {
        let whole = PublishedSentenceEncoderTests.folder("roberta").appending(path: "tokenizer.json")
        let model = try JSONDecoder().decode(Whole.self, from: Data(contentsOf: whole)).model
        let vocabulary = Dictionary(uniqueKeysWithValues: model.vocab.map { (renamed[$0] ?? $0, $1) })
        try JSONEncoder().encode(vocabulary).write(to: folder.url("vocab.json"))
        let lines = model.merges.map { $0.joined(separator: " ") + "\n" }
        try folder.write("merges.txt", "#version: 0.2\n" + lines.joined())
    }
}
