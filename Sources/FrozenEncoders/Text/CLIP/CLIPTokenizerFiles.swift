import FilesOnDisk
import Foundation

/// What the files of a tokenizer's folder say, in the layouts that transformers has written over the years.
struct CLIPTokenizerFiles {
    let vocabulary: BytePairVocabulary
    let specialTokens: CLIPSpecialTokens
    /// The file with the pieces.
    let vocabularyFile: URL

    /// Largest file: enough for a vocabulary of a few million pieces.
    private static let largestFile = 1 << 26

    /// Throws `FileContentError`, naming the file.
    init(contentsOf folder: URL) throws {
        let whole = folder.appending(path: "tokenizer.json")
        let config = try Self.optional(CLIPTokenizerConfig.self, folder.appending(path: "tokenizer_config.json"))
        let map = try Self.optional(CLIPSpecialTokensMap.self, folder.appending(path: "special_tokens_map.json"))
        if whole.isExistingFile {
            let file = try BytePairFile(contentsOf: whole, limit: Self.largestFile)
            let special = CLIPSpecialTokens(config, map, added: file.addedTokens)
            (vocabularyFile, specialTokens) = (whole, special)
            vocabulary = try Self.naming(whole) {
                try BytePairVocabulary(
                    ids: file.model.vocab, merges: file.model.merges.map(\.pair), unknown: special.end)
            }
        } else {
            let (pieces, merges) = (folder.appending(path: "vocab.json"), folder.appending(path: "merges.txt"))
            let ids = try PieceIDs(contentsOf: pieces, limit: Self.largestFile).ids
            let special = CLIPSpecialTokens(config, map, added: [])
            (vocabularyFile, specialTokens) = (pieces, special)
            vocabulary = try Self.naming(merges) {
                try BytePairVocabulary(ids: ids, merges: Self.pairs(of: merges), unknown: special.end)
            }
        }
    }

    /// The vocabulary of a `merges.txt` alone. Throws `FileContentError`.
    static func vocabulary(merges url: URL, _ special: CLIPSpecialTokens) throws -> BytePairVocabulary {
        try naming(url) {
            try BytePairVocabulary(merges: Self.pairs(of: url), special: [special.start, special.end])
        }
    }

    private static func optional<File: CheckedJSON>(_: File.Type, _ url: URL) throws -> File? {
        url.isExistingFile ? try File(contentsOf: url) : nil
    }

    private static func pairs(of url: URL) throws -> [(left: String, right: String)] {
        let lines = try TextFile.lines(at: url, limit: largestFile)
        let first = lines.first?.hasPrefix("#version") == true ? 1 : 0
        return try lines.enumerated().dropFirst(first).filter { !$0.element.isEmpty }.map { index, line in
            let pieces = line.split(separator: " ", omittingEmptySubsequences: false)
            guard pieces.count == 2, pieces.allSatisfy({ !$0.isEmpty }) else {
                throw FileContentError.unsuitable(
                    file: url.path(percentEncoded: false), found: "the line “\(line.onOneLine)” (\(index + 1))",
                    expected: "two pieces with a space between them")
            }
            return (String(pieces[0]), String(pieces[1]))
        }
    }

    private static func naming<Result>(_ url: URL, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let fault as BytePairVocabulary.Fault {
            let found =
                switch fault {
                case .merge(let pair): "the merge “\(pair.onOneLine)”"
                case .byte(let piece): "no piece “\(piece.onOneLine)” for a byte"
                case .ids: "pieces with negative or huge ids"
                }
            throw FileContentError.unsuitable(
                file: url.path(percentEncoded: false), found: found,
                expected: "a byte-level vocabulary with all pieces of its merges")
        }
    }
}

extension URL {
    /// Whether there is something of that name.
    fileprivate var isExistingFile: Bool { FileManager.default.fileExists(atPath: path(percentEncoded: false)) }
}

/// The parts of a `tokenizer.json` that define a byte-level BPE tokenizer; its way of dividing texts is CLIP's by its
/// class, whatever the file says.
private struct BytePairFile: CheckedJSON {
    let addedTokens: [CLIPSpecialTokens.Token]
    let model: Model

    struct Model: Decodable {
        let type: String
        let endOfWordSuffix: String?
        let vocab: [String: Int]
        let merges: [MergedPair]

        private enum CodingKeys: String, CodingKey {
            case type, vocab, merges
            case endOfWordSuffix = "end_of_word_suffix"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case model
        case addedTokens = "added_tokens"
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(model.type, is: "BPE", "model.type")
        try check.require(model.endOfWordSuffix ?? "", is: "</w>", "model.end_of_word_suffix")
        try check.require(addedTokens.allSatisfy(\.hasFitID), "added_tokens", CLIPSpecialTokens.Token.fitIDs)
    }
}

/// A `vocab.json`.
private struct PieceIDs: CheckedJSON {
    let ids: [String: Int]

    init(from decoder: any Decoder) throws {
        ids = try decoder.singleValueContainer().decode([String: Int].self)
    }

    func validate(_ check: FieldCheck) throws {}
}
