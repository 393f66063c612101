import FilesOnDisk
import Foundation

extension TextTokenizer.Parts {
    /// Reads the tokenizer of a RoBERTa that is written as `vocab.json` and `merges.txt`: words as GPT-2 cuts them, special
    /// tokens of `RobertaTokenizer` in Hugging Face transformers. Throws `FileContentError`.
    init(vocabulary: URL, merges: URL) throws {
        let ids = try BytePairFiles.ids(of: vocabulary)
        func unfit(_ found: String, _ expected: String) -> FileContentError {
            .unsuitable(file: vocabulary.path(percentEncoded: false), found: found, expected: expected)
        }
        guard let start = ids["<s>"], let end = ids["</s>"] else {
            throw unfit("a vocabulary without <s> or </s>", "both, which stand around each text")
        }
        guard Set(ids.values) == Set(0..<ids.count) else {
            throw unfit("\(ids.count) pieces with other ids", "the ids from 0 up, each once")
        }
        let settings = try Settings.optional(
            vocabulary.deletingLastPathComponent().appending(path: "tokenizer_config.json"))
        let pairs = try BytePairFiles.pairs(of: merges)
        let special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"].compactMap { name in
            ids[name].map { AddedTokens.Token(content: name, id: $0, stripsLeft: name == "<mask>") }
        }
        self.init(
            splitter: .byteLevel(prependsSpace: settings?.prependsSpace ?? false, isSplit: true),
            model: try BytePairFiles.naming(merges) {
                try BytePairVocabulary(ids: ids, merges: pairs, unknown: "<unk>", endOfWord: "")
            },
            size: ids.count, addedTokens: special.map { .init($0) }, template: ([start], [end]))
    }
}

/// A `tokenizer_config.json`.
private struct Settings: CheckedJSON {
    let prependsSpace: Bool?

    private enum CodingKeys: String, CodingKey {
        case prependsSpace = "add_prefix_space"
    }

    func validate(_ check: FieldCheck) throws {}
}
