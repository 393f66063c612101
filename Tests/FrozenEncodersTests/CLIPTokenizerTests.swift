import FilesOnDisk
import Foundation
import TestSupport
import Testing

@testable import FrozenEncoders

@Suite struct CLIPTokenizerTests {
    struct Encoded: Decodable {
        let text: String
        let ids: [Int]
        let openClip: [Int]?
    }

    static let merges = Checkout.component("clip-vocabulary").appending(path: "merges.txt")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Ids made by transformers 5.23.0; see Training/fixtures/clip_tokenizer_fixtures.py.
    @Test func idsEqualTheReference() throws {
        let clip = try CLIPTokenizer(merges: Self.merges, padding: .endOfText)
        let openCLIP = try CLIPTokenizer(merges: Self.merges, padding: .exclamationMark)
        let expected = try JSONDecoder().decode(
            [Encoded].self, from: Data(contentsOf: Fixture.url("clip-token-ids.json")))
        #expect(expected.count >= 500 && clip.vocabularySize == 49408)
        #expect(expected.count { $0.openClip != nil } > 10)
        for text in expected {
            let (ids, others) = (clip.tokenIDs(of: text.text), openCLIP.tokenIDs(of: text.text))
            let name: Comment = "\(text.text.debugDescription.prefix(200))"
            #expect(ids.count == 77 && Array(ids.prefix(text.ids.count)) == text.ids, name)
            #expect(ids.dropFirst(text.ids.count).allSatisfy { $0 == 49407 }, name)
            let other = text.openClip ?? text.ids
            #expect(others.count == 77 && Array(others.prefix(other.count)) == other, name)
            #expect(others.dropFirst(other.count).allSatisfy { $0 == 0 }, name)
        }
    }

    @Test func aCutShowsWhatIsLost() throws {
        let tokenizer = try CLIPTokenizer(merges: Self.merges, padding: .endOfText, tokenCount: 6)
        let (ids, warnings) = tokenizer.tokens(of: "A photo of a DOG, barking")
        #expect(ids == [49406, 320, 1125, 539, 320, 49407])
        #expect(warnings.map(\.kind) == [.truncated(limit: 6, kept: "a photo of a", lost: "dog , barking")])
        #expect(tokenizer.tokens(of: "a photo of a").warnings.isEmpty)
    }

    @Test func wordsSpelledByLettersAreToldOf() throws {
        let tokenizer = try CLIPTokenizer(merges: Self.merges, padding: .endOfText)
        #expect(tokenizer.tokens(of: "ქართული ენა").warnings.map(\.kind) == [.unknownWords(unknown: 2, words: 2)])
        for text in ["", "a dog!", "crème brûlée", "🐶 🐶", "xqzv"] {
            #expect(tokenizer.tokens(of: text).warnings.isEmpty, "\(text)")
        }
    }

    /// A word as long as a whole book comes apart soon.
    @Test func longWordsAreNoTrouble() throws {
        let tokenizer = try CLIPTokenizer(merges: Self.merges, padding: .endOfText)
        var random = SplitMix(state: 1)
        let letters = (0..<200_000).map { _ in Character(Unicode.Scalar(UInt8.random(in: 97...122, using: &random))) }
        #expect(tokenizer.tokenIDs(of: String(letters)).last == 49407)
        #expect(tokenizer.tokenIDs(of: String(repeating: "!", count: 200_000)).count == 77)
    }

    // MARK: Folders

    /// Writes a folder with a small vocabulary: bytes, “ab</w>”, start and end.
    @discardableResult
    static func writeFolder(
        _ folder: TemporaryFolder, _ name: String = "tokenizer", config: String? = nil, map: String? = nil,
        added: String? = nil
    ) throws -> URL {
        let symbols = (0...255).map { byte in
            let isPrintable = 33...126 ~= byte || 161...172 ~= byte || byte >= 174
            return isPrintable ? byte : nil
        }
        var other = 255
        let alphabet = symbols.map { value -> String in
            if let value { return String(Unicode.Scalar(UInt8(value))) }
            other += 1
            return String(Unicode.Scalar(UInt16(other))!)
        }
        let pieces = alphabet + alphabet.map { $0 + "</w>" } + ["ab</w>", "<|startoftext|>", "<|endoftext|>"]
        let ids = Dictionary(uniqueKeysWithValues: zip(pieces, 0...))
        let json = String(decoding: try JSONEncoder().encode(ids), as: UTF8.self)
        let place = try folder.makeFolder(name)
        if let added {
            try folder.write(
                "\(name)/tokenizer.json",
                #"{"added_tokens": \#(added), "model": {"type": "BPE", "end_of_word_suffix": "</w>", "vocab": \#(json), "merges": ["a b</w>"]}}"#
            )
        } else {
            try folder.write("\(name)/vocab.json", json)
            try folder.write("\(name)/merges.txt", "#version: 0.2\na b</w>\n")
        }
        if let config { try folder.write("\(name)/tokenizer_config.json", config) }
        if let map { try folder.write("\(name)/special_tokens_map.json", map) }
        return place
    }

    private let start = 513, end = 514, ab = 512

    @Test func withoutMoreFilesTheEndFillsUp() throws {
        let tokenizer = try CLIPTokenizer(contentsOf: Self.writeFolder(folder), tokenCount: 6)
        #expect(tokenizer.tokenIDs(of: "AB ab") == [start, ab, ab, end, end, end])
    }

    /// As `from_pretrained` decides; the same folders gave these tokens there.
    @Test(
        arguments: [
            (#"{"pad_token": "<|endoftext|>"}"#, #"{"pad_token": "!"}"#, 33),
            (#"{"pad_token": "!"}"#, nil, 33),
            (#"{"pad_token": "<|endoftext|>"}"#, nil, 514),
            (#"{"pad_token": {"__type": "AddedToken", "content": "!", "normalized": true}}"#, nil, 33),
            (#"{"pad_token": "!", "added_tokens_decoder": {"33": {"content": "!"}}}"#, #"{"pad_token": "a"}"#, 33),
            (nil, #"{"pad_token": {"content": "!", "normalized": false}}"#, 33),
        ] as [(String?, String?, Int)])
    func paddingComesFromTheFolder(config: String?, map: String?, padding: Int) throws {
        let tokenizer = try CLIPTokenizer(contentsOf: Self.writeFolder(folder, config: config, map: map), tokenCount: 5)
        #expect(tokenizer.tokenIDs(of: "ab") == [start, ab, end, padding, padding])
        let mark = padding == 33 ? 33 : 289
        #expect(tokenizer.tokenIDs(of: "!") == [start, mark, end, padding, padding])
    }

    @Test func capitalsOfSpecialTokensCountWhereTheyAreNormalized() throws {
        let normalized =
            #"{"eos_token": {"content": "<|endoftext|>", "normalized": true}, "unk_token": {"content": "<|endoftext|>", "normalized": true}, "pad_token": "!"}"#
        let tokenizer = try CLIPTokenizer(contentsOf: Self.writeFolder(folder, map: normalized), tokenCount: 5)
        #expect(tokenizer.tokenIDs(of: "<|EndOfText|>ab") == [start, end, ab, end, 33])
        let raw = try CLIPTokenizer(contentsOf: Self.writeFolder(folder, map: #"{"pad_token": "!"}"#), tokenCount: 77)
        #expect(raw.tokenIDs(of: "<|EndOfText|>")[1] != end && raw.tokenIDs(of: "<|endoftext|>")[1] == end)
    }

    @Test func aWholeTokenizerIsReadFromOneFile() throws {
        let added = #"[{"id": 513, "content": "<|startoftext|>", "normalized": true}, {"id": 600, "content": "<cat>"}]"#
        let tokenizer = try CLIPTokenizer(contentsOf: Self.writeFolder(folder, added: added), tokenCount: 6)
        #expect(tokenizer.tokenIDs(of: "ab<cat>") == [start, ab, 600, end, end, end])
        #expect(tokenizer.vocabularySize == 601)
    }

    @Test(arguments: [
        ("vocab.json", "{", "JSON"), ("vocab.json", #"{"a": -1}"#, "ids"), ("vocab.json", #"{"a": 1}"#, "for a byte"),
        ("merges.txt", "#version: 0.2\na\n", "two pieces"), ("merges.txt", "a b c\n", "two pieces"),
        ("merges.txt", "x y</w>\n", "the merge “x y</w>”"),
        ("tokenizer_config.json", "[]", "an object"), ("special_tokens_map.json", #"{"pad_token": 3}"#, "pad_token"),
        ("special_tokens_map.json", #"{"pad_token": "<pad>"}"#, "<pad>"),
        ("tokenizer_config.json", #"{"added_tokens_decoder": {"-4": {"content": "!"}}}"#, "added_tokens_decoder"),
        (
            "tokenizer.json", #"{"added_tokens": [], "model": {"type": "WordPiece", "vocab": {}, "merges": []}}"#,
            "model.type"
        ),
        (
            "tokenizer.json", #"{"added_tokens": [], "model": {"type": "BPE", "vocab": {}, "merges": []}}"#,
            "end_of_word"
        ),
    ])
    func refuses(name: String, contents: String, words: String) throws {
        let place = try Self.writeFolder(folder)
        try folder.write("tokenizer/\(name)", contents)
        // A fault of the vocabulary is told of the file that shows it.
        let told = words == "ids" || words == "for a byte" ? "merges.txt" : words == "<pad>" ? "vocab.json" : name
        expectSentence(naming: place.appending(path: told), words) { _ = try CLIPTokenizer(contentsOf: place) }
    }

    @Test func namesAMissingFile() throws {
        let url = folder.url("vocab.json")
        #expect(throws: FileContentError.unreadable(file: url.path, reason: "no such file")) {
            try CLIPTokenizer(contentsOf: folder.url)
        }
    }
}
