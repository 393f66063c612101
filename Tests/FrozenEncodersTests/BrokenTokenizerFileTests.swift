import Foundation
import TestSupport
import Testing

@testable import FrozenEncoders

/// Files beside a vocabulary with a single fault, each of which is refused with a sentence that names it.
@Suite struct BrokenTokenizerFileTests {
    private let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    /// What each file is, and what is said of it.
    static let rows: [(file: String, contents: String, words: String)] = [
        ("special_tokens_map.json", "{", "text that is not JSON"),
        ("special_tokens_map.json", "[]", "an object"),
        ("special_tokens_map.json", #"{"eos_token": 3}"#, "“eos_token”"),
        ("special_tokens_map.json", #"{"unk_token": ""}"#, "a text that is not empty"),
        ("special_tokens_map.json", #"{"mask_token": {"lstrip": true}}"#, "missing"),
        ("special_tokens_map.json", #"{"mask_token": {"content": "<mask>", "lstrip": "yes"}}"#, "“mask_token.lstrip”"),
        ("special_tokens_map.json", #"{"additional_special_tokens": ["<x>", 7]}"#, "additional_special_tokens"),
        ("special_tokens_map.json", #"{"extra_special_tokens": {"picture": "<x>"}}"#, "“extra_special_tokens”"),
        ("tokenizer_config.json", "no", "text that is not JSON"),
        ("tokenizer_config.json", #"{"do_lower_case": "yes"}"#, "“do_lower_case”"),
        ("tokenizer_config.json", #"{"add_prefix_space": 2}"#, "“add_prefix_space”"),
        ("tokenizer_config.json", #"{"pad_token": []}"#, "“pad_token”"),
        ("tokenizer_config.json", #"{"added_tokens_decoder": []}"#, "“added_tokens_decoder”"),
        ("tokenizer_config.json", #"{"added_tokens_decoder": {"x": {"content": "<x>"}}}"#, "added_tokens_decoder"),
        ("tokenizer_config.json", #"{"added_tokens_decoder": {"-1": {"content": "<x>"}}}"#, "“added_tokens_decoder”"),
        ("tokenizer_config.json", #"{"added_tokens_decoder": {"9": {}}}"#, "missing"),
        ("added_tokens.json", "", "text that is not JSON"),
        ("added_tokens.json", #"["<x>"]"#, "an object"),
        ("added_tokens.json", #"{"<x>": "1"}"#, "“<x>”"),
        ("added_tokens.json", #"{"<x>": -5}"#, "“<x>”"),
        ("added_tokens.json", #"{"<x>": 9223372036854775807}"#, "“<x>”"),
    ]

    @Test(arguments: rows.indices) func refusesBesideAModelOfSentencePiece(row: Int) throws {
        try scratch.copy(PieceModelTests.file("siglip/model"), to: "spiece.model")
        try expectRefusal(row)
    }

    @Test(arguments: rows.indices) func refusesBesideVocabularyAndMerges(row: Int) throws {
        try RoBERTaFiles.write(to: scratch)
        try expectRefusal(row)
    }

    private func expectRefusal(_ row: Int) throws {
        let (file, contents, words) = Self.rows[row]
        try scratch.write(file, contents)
        expectSentence(naming: scratch.url(file), words) { try read() }
    }

    private func read() throws { _ = try TextTokenizer(in: scratch.url, positions: 64, vocabularySize: 1000) }

    @Test(arguments: [
        (Data("a text".utf8), "no such message"), (Data(), "0 pieces"), (Data([0xFF]), "no such message"),
    ])
    func refusesAModelOfSentencePiece(contents: Data, words: String) throws {
        try scratch.write("spiece.model", contents)
        expectSentence(naming: scratch.url("spiece.model"), words) { try read() }
    }

    @Test func refusesAModelThatKeepsSpacesForSigLIP() throws {
        try scratch.copy(PieceModelTests.file("pairs/model"), to: "spiece.model")
        expectSentence(naming: scratch.url("spiece.model"), "keeps all spaces") { try read() }
    }

    @Test(arguments: [#"{"<x>": 5000}"#, #"{"<x>": 1000}"#]) func refusesTokensThatTheModelLacks(added: String) throws {
        try scratch.copy(PieceModelTests.file("siglip/model"), to: "spiece.model")
        try scratch.write("added_tokens.json", added)
        expectSentence(naming: scratch.url("spiece.model"), "at most the 1000 of the model") { try read() }
    }

    /// A whole SigLIP without any tokenizer.
    @Test func namesAMissingTokenizer() throws {
        try scratch.copy(TowerTests.folder("siglip"), to: "siglip")
        try FileManager.default.removeItem(at: scratch.url("siglip/tokenizer.json"))
        expectSentence(naming: scratch.url("siglip/tokenizer.json"), "no such file") {
            _ = try FrozenEncoder(contentsOf: scratch.url("siglip"), modality: .text)
        }
    }
}
