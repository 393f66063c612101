import Foundation
import TensorCore
import TestSupport
import Testing

@testable import FrozenEncoders

/// Comparisons with sentencepiece and transformers; see Training/fixtures/piece_fixtures.py.
@Suite struct PieceModelTests {
    private let scratch: TemporaryFolder

    init() throws { scratch = try TemporaryFolder() }

    static func file(_ name: String) -> URL { Fixture.url("pieces/\(name)") }

    /// Words of 100,000 letters included.
    @Test(arguments: ["pairs", "pairs-unknown", "unigram"]) func idsEqualSentencePieces(name: String) throws {
        let parts = try TextTokenizer.Parts(sentencePiece: Self.file("\(name)/model"))
        try expectIDs(of: TextTokenizer(parts, maximumTokens: 300), in: Self.file(name))
    }

    @Test func aFolderOfSigLIPHasTheIDsOfItsTokenizer() throws {
        try scratch.copy(Self.file("siglip/model"), to: "spiece.model")
        let tokenizer = try TextTokenizer(in: scratch.url, positions: 64, vocabularySize: 1000)
        try expectIDs(of: tokenizer, in: Self.file("siglip"))
    }

    /// What else a folder holds, and the ids that the reference gives there.
    private struct Folder: Decodable {
        let files: [String: JSON]
        let renamed: [String: String]?
        let texts: [String]
        let ids: [[Int]]
        let padding: Int?

        func write(to folder: TemporaryFolder) throws {
            for (name, contents) in files { try JSONEncoder().encode(contents).write(to: folder.url(name)) }
        }

        func expectIDs(of tokenizer: TextTokenizer) {
            #expect(!texts.isEmpty && texts.count == ids.count)
            for (text, ids) in zip(texts, ids) {
                #expect(tokenizer.tokenIDs(of: text) == ids, "\(files): \(text.debugDescription.prefix(80))")
            }
        }

        static func all(_ name: String) throws -> [Folder] {
            try JSONDecoder().decode([Folder].self, from: Data(contentsOf: file(name)))
        }
    }

    private indirect enum JSON: Codable {
        case text(String)
        case flag(Bool)
        case number(Int)
        case list([JSON])
        case object([String: JSON])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if let flag = try? value.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? value.decode(Int.self) {
                self = .number(number)
            } else if let list = try? value.decode([JSON].self) {
                self = .list(list)
            } else {
                self = .object(try value.decode([String: JSON].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .flag(let flag): try container.encode(flag)
            case .number(let number): try container.encode(number)
            case .list(let list): try container.encode(list)
            case .object(let object): try container.encode(object)
            }
        }
    }

    @Test func otherFilesOfASigLIPsFolderCount() throws {
        let folders = try Folder.all("siglip.json")
        #expect(folders.count >= 7)
        for folder in folders {
            let place = try TemporaryFolder()
            try place.copy(Self.file("siglip/model"), to: "spiece.model")
            try folder.write(to: place)
            let tokenizer = try TextTokenizer(in: place.url, positions: 64, vocabularySize: 1000)
            #expect(tokenizer.padding == folder.padding)
            folder.expectIDs(of: tokenizer)
        }
    }

    @Test func otherFilesOfARoBERTasFolderCount() throws {
        let folders = try Folder.all("roberta.json")
        #expect(folders.count >= 13)
        for folder in folders {
            let place = try TemporaryFolder()
            try RoBERTaFiles.write(to: place, renamed: folder.renamed ?? [:])
            try folder.write(to: place)
            folder.expectIDs(of: try TextTokenizer(in: place.url, positions: 60, vocabularySize: 1000))
        }
    }

    /// The id that the tokenizer names fills up a text, whatever `config.json` says.
    @Test func aSigLIPReadsAModelOfSentencePiece() throws {
        try scratch.copy(TowerTests.folder("siglip"), to: "siglip")
        try FileManager.default.removeItem(at: scratch.url("siglip/tokenizer.json"))
        try scratch.copy(Self.file("siglip/model"), to: "siglip/spiece.model")
        let first = try SigLIPTextEncoder(contentsOf: scratch.url("siglip"), precision: .float32)
        #expect(first.tokenizer.padding == 1)
        try scratch.write("siglip/tokenizer_config.json", #"{"pad_token": "<pad>"}"#)
        let second = try SigLIPTextEncoder(contentsOf: scratch.url("siglip"), precision: .float32)
        #expect(second.tokenizer.padding == 0)
        #expect(first.encode("A dog").pooled.floats != second.encode("A dog").pooled.floats)
        let warnings = first.tokenizer.tokens(of: String(repeating: "word ", count: 60)).warnings
        #expect(warnings.contains { "\($0)".contains("up to “▁word ▁word") }, "\(warnings)")
    }
}
