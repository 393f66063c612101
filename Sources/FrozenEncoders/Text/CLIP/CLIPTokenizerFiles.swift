import FilesOnDisk
import Foundation

/// The files of a tokenizer's folder, in the layouts that transformers has written over the years.
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
        let files = try SpecialTokenFiles(in: folder)
        if whole.isExistingFile {
            let file = try BytePairFile(contentsOf: whole, limit: Self.largestFile)
            let special = CLIPSpecialTokens(files, added: file.addedTokens)
            (vocabularyFile, specialTokens) = (whole, special)
            vocabulary = try BytePairFiles.naming(whole) {
                try BytePairVocabulary(
                    ids: file.model.vocab, merges: file.model.merges.map(\.pair), unknown: special.end)
            }
        } else {
            let (pieces, merges) = (folder.appending(path: "vocab.json"), folder.appending(path: "merges.txt"))
            let ids = try BytePairFiles.ids(of: pieces)
            let special = CLIPSpecialTokens(files, added: [])
            (vocabularyFile, specialTokens) = (pieces, special)
            vocabulary = try BytePairFiles.naming(merges) {
                try BytePairVocabulary(ids: ids, merges: BytePairFiles.pairs(of: merges), unknown: special.end)
            }
        }
    }

    /// The vocabulary of a `merges.txt` alone. Throws `FileContentError`.
    static func vocabulary(merges url: URL, _ special: CLIPSpecialTokens) throws -> BytePairVocabulary {
        try BytePairFiles.naming(url) {
            try BytePairVocabulary(merges: BytePairFiles.pairs(of: url), special: [special.start, special.end])
        }
    }
}

/// The parts of a `tokenizer.json` that define a byte-level BPE tokenizer; its way of dividing texts is CLIP's by its
/// class, whatever the file says.
private struct BytePairFile: CheckedJSON {
    let addedTokens: [TokenizerFile.AddedToken]
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
        try check.require(
            addedTokens.allSatisfy { AddedTokensFile.fitIDs.contains($0.token.id) }, "added_tokens", AddedTokensFile.fit
        )
    }
}
