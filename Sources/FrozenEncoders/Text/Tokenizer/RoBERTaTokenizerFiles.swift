import FilesOnDisk
import Foundation

extension TextTokenizer.Parts {
    /// Reads the tokenizer of a RoBERTa that is written as `vocab.json` and `merges.txt`: words as GPT-2 cuts them, special
    /// tokens as the files beside it say. Follows `RobertaTokenizer` of Hugging Face transformers 5. Throws `FileContentError`.
    init(vocabulary: URL, merges: URL) throws {
        let ids = try BytePairFiles.ids(of: vocabulary)
        func unfit(_ found: String, _ expected: String) -> FileContentError {
            .unsuitable(file: vocabulary.path(percentEncoded: false), found: found, expected: expected)
        }
        guard Set(ids.values) == Set(0..<ids.count) else {
            throw unfit("\(ids.count) pieces with other ids", "the ids from 0 up, each once")
        }
        let special = RoBERTaSpecialTokens(try SpecialTokenFiles(in: vocabulary.deletingLastPathComponent()), ids: ids)
        guard let start = special.id(.classifier), let end = special.id(.separator) else {
            throw unfit("a vocabulary without <s> or </s>", "both, which stand around each text")
        }
        let pairs = try BytePairFiles.pairs(of: merges)
        self.init(
            splitter: .byteLevel(prependsSpace: special.files.prependsSpace ?? false, isSplit: true),
            model: try BytePairFiles.naming(merges) {
                try BytePairVocabulary(ids: ids, merges: pairs, unknown: "<unk>", endOfWord: "")
            },
            size: ids.count, addedTokens: special.tokens, template: ([start], [end]))
    }
}

/// The tokens of a RoBERTa that stand for themselves, with their ids: those of the vocabulary, and new ones behind it.
private struct RoBERTaSpecialTokens {
    let files: SpecialTokenFiles
    /// Each content once.
    private(set) var tokens: [TokenizerFile.AddedToken] = []

    private static let usual: [SpecialTokenFiles.Role: String] = [
        .beginning: "<s>", .end: "</s>", .unknown: "<unk>", .separator: "</s>", .padding: "<pad>", .classifier: "<s>",
        .mask: "<mask>",
    ]

    /// Of tokens with the same content the last counts. One that no file names and the vocabulary lacks has an id, as in the
    /// reference, but no model has it.
    init(_ files: SpecialTokenFiles, ids: [String: Int]) {
        self.files = files
        let roles = SpecialTokenFiles.Role.allCases
        let named = roles.map { (token: Self.token($0, files), isGiven: files.names($0)) }
        let listed = files.listed.map(\.token)
        let contents = Set(listed.map(\.content))
        let others = named + files.extra.map { ($0, true) }
        var behind: [String: Int] = [:]
        for (token, isGiven) in listed.map({ ($0, true) }) + others.filter({ !contents.contains($0.token.content) })
        where !token.content.isEmpty {
            let id = ids[token.content] ?? behind[token.content] ?? ids.count + behind.count
            if ids[token.content] == nil { behind[token.content] = id }
            guard isGiven || ids[token.content] != nil else { continue }
            tokens.removeAll { $0.token.content == token.content }
            tokens.append(token.added(id: id))
        }
    }

    func id(_ role: SpecialTokenFiles.Role) -> Int? {
        let content = Self.token(role, files).content
        return tokens.first { $0.token.content == content }?.token.id
    }

    private static func token(_ role: SpecialTokenFiles.Role, _ files: SpecialTokenFiles) -> SpecialToken {
        files.token(role, usual: usual[role] ?? "")
    }
}
