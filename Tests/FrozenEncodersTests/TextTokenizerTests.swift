import FilesOnDisk
import Foundation
import TestSupport
import Testing

@testable import FrozenEncoders

@Suite struct TextTokenizerTests {
    struct Encoded: Decodable {
        let text: String
        let ids: [Int]
    }

    static let vocabulary = Checkout.component("all-minilm-l6-v2").appending(path: "tokenizer.json")

    /// Ids made by Hugging Face `tokenizers` 0.23.3; see Training/fixtures/encoder_fixtures.py.
    @Test func idsEqualTheReference() throws {
        let tokenizer = try TextTokenizer(contentsOf: Self.vocabulary, maximumTokens: 256)
        let expected = try JSONDecoder().decode(
            [Encoded].self, from: Data(contentsOf: Fixture.url("token-ids.json")))
        #expect(expected.count >= 200)
        #expect(tokenizer.vocabularySize == 30522)
        for sentence in expected {
            let ids = tokenizer.tokenIDs(of: sentence.text)
            #expect(ids == sentence.ids, "\(sentence.text.debugDescription.prefix(200))")
        }
    }

    @Test func cutsLongTextsAtTheirEnd() throws {
        let tokenizer = try TextTokenizer(contentsOf: Self.vocabulary, maximumTokens: 5)
        #expect(tokenizer.tokenIDs(of: "a b c d e f") == [101, 1037, 1038, 1039, 102])
        #expect(tokenizer.tokenIDs(of: "[MASK][MASK][MASK][MASK]") == [101, 103, 103, 103, 102])
    }

    @Test func aLimitBelowTheTemplateLeavesTheTemplate() throws {
        let tokenizer = try TextTokenizer(contentsOf: Self.vocabulary, maximumTokens: 0)
        #expect(tokenizer.tokenIDs(of: "dog") == [101, 102])
    }

    @Test(arguments: [
        ("", "text that is not JSON"),
        ("{", "text that is not JSON"),
        ("{}", "missing"),
        ("[]", "an object"),
        (Self.file(model: #""type": "WordLevel""#), "“model.type”"),
        (Self.file(vocab: #"{"[CLS]": 0, "[SEP]": 1, "a": 2}"#), "“model.unk_token”"),
        (Self.file(vocab: #"{"[UNK]": 0, "[CLS]": 0, "[SEP]": 1}"#), "“model.vocab”"),
        (Self.file(vocab: #"{"[UNK]": -1, "[CLS]": 0, "[SEP]": 1}"#), "“model.vocab”"),
        (Self.file(vocab: #"{"[UNK]": 9223372036854775807}"#), "“model.vocab”"),
        (Self.file(vocab: "{}"), "“model.vocab”"),
        (Self.file(vocab: #"{"[UNK]": "a"}"#), "“model.vocab.[UNK]”"),
        (Self.file(vocab: #"{"[UNK]": 1e30}"#), "number out of range"),
        (Self.file(template: "[]"), "“post_processor.single”"),
        (Self.file(special: 77), "“post_processor.special_tokens”"),
        (Self.file(special: -1), "“post_processor.special_tokens”"),
        (Self.file(added: #"[{"id": -5, "content": "x"}]"#), "“added_tokens”"),
        (Self.file(longestWord: 0), "“model.max_input_chars_per_word”"),
        (Self.file(longestWord: 1 << 62), "“model.max_input_chars_per_word”"),
    ])
    func refuses(text: String, found: String) throws {
        let folder = try TemporaryFolder(), url = try folder.write("tokenizer.json", text)
        expectSentence(naming: url, found) { _ = try TextTokenizer(contentsOf: url, maximumTokens: 8) }
    }

    @Test func theLongestSpecialTokenAtTheFirstPlaceIsRead() throws {
        let folder = try TemporaryFolder()
        let added = ##"[{"id": 3, "content": "<a"}, {"id": 4, "content": "<a>"}, {"id": 0, "content": "a>"}]"##
        let url = try folder.write("tokenizer.json", Self.file(added: added))
        let tokenizer = try TextTokenizer(contentsOf: url, maximumTokens: 8)
        #expect(tokenizer.tokenIDs(of: "<a><aa>") == [1, 4, 3, 0, 2])
    }

    /// Time that grew with the square of these lengths would be hours.
    @Test(arguments: [
        (String(repeating: "[CLS]", count: 1_000_000), [1, 1, 1, 1, 1, 1, 1, 2]),
        ("a" + String(repeating: "\u{301}\u{316}", count: 500_000), [1, 3, 2]),
    ])
    func readsLongTexts(text: String, ids: [Int]) throws {
        let folder = try TemporaryFolder()
        let added = ##"[{"id": 1, "content": "[CLS]"}, {"id": 2, "content": "[SEP]"}]"##
        let url = try folder.write("tokenizer.json", Self.file(added: added))
        #expect(try TextTokenizer(contentsOf: url, maximumTokens: 8).tokenIDs(of: text) == ids)
    }

    @Test func accentsAreThoseOfFoundationsDecomposition() throws {
        let normalizer = try JSONDecoder().decode(
            BERTNormalizer.self,
            from: Data(
                ##"{"clean_text": false, "handle_chinese_chars": false, "strip_accents": true, "lowercase": false}"##
                    .utf8))
        // Letters, marks of several classes, and among them marks that take up room and so are kept.
        let scalars = Array(
            "a\u{E9}\u{1E69}\u{AC01}\u{301}\u{316}\u{327}\u{34F}\u{302E}\u{1D165}\u{1D16D}\u{1DF6}\u{344}"
                .unicodeScalars)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            var text = String.UnicodeScalarView()
            for _ in 0..<12 { text.append(scalars.randomElement(using: &random)!) }
            let decomposed = String(text).decomposedStringWithCanonicalMapping.unicodeScalars
            let kept = decomposed.filter { $0.properties.generalCategory != .nonspacingMark || $0 == "\u{1DF6}" }
            #expect(normalizer(String(text)) == Array(kept))
        }
    }

    @Test func readsASmallVocabulary() throws {
        let folder = try TemporaryFolder(), url = try folder.write("tokenizer.json", Self.file())
        let tokenizer = try TextTokenizer(contentsOf: url, maximumTokens: 8)
        #expect(tokenizer.tokenIDs(of: "AA b") == [1, 3, 4, 0, 2])
    }

    @Test func namesAMissingFile() {
        #expect(throws: FileContentError.unreadable(file: "/nowhere/tokenizer.json", reason: "no such file")) {
            try TextTokenizer(contentsOf: URL(filePath: "/nowhere/tokenizer.json"), maximumTokens: 8)
        }
    }

    /// Returns a whole `tokenizer.json`, small and well-formed except where an argument changes it.
    static func file(
        model: String = #""type": "WordPiece""#,
        vocab: String = ###"{"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "##a": 4}"###,
        template: String =
            #"[{"SpecialToken": {"id": "[CLS]"}}, {"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "[SEP]"}}]"#,
        special: Int = 2, added: String = "[]", longestWord: Int = 100
    ) -> String {
        ###"""
        {"added_tokens": \###(added),
         "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                        "strip_accents": null, "lowercase": true},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "TemplateProcessing", "single": \###(template),
                            "special_tokens": {"[CLS]": {"ids": [1]}, "[SEP]": {"ids": [\###(special)]}}},
         "model": {\###(model), "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                   "max_input_chars_per_word": \###(longestWord), "vocab": \###(vocab)}}
        """###
    }
}
