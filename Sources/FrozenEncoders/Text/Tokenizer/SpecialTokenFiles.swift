import FilesOnDisk
import Foundation

/// The files beside a vocabulary that name tokens that stand for themselves: `tokenizer_config.json`,
/// `special_tokens_map.json` and `added_tokens.json`, each of which may be missing.
///
/// Follows `from_pretrained` of Hugging Face transformers 5: where the first of them lists the added tokens itself, the others
/// count for nothing; else the second goes before the first.
struct SpecialTokenFiles {
    /// Roles of tokens, in the order in which the reference adds them.
    enum Role: String, CaseIterable, CodingKey {
        case beginning = "bos_token"
        case end = "eos_token"
        case unknown = "unk_token"
        case separator = "sep_token"
        case padding = "pad_token"
        case classifier = "cls_token"
        case mask = "mask_token"
    }

    /// Whether `tokenizer_config.json` lists the added tokens.
    let listsAll: Bool
    /// Tokens with ids of their own, in the ids' order.
    let listed: [(id: Int, token: SpecialToken)]
    /// Tokens without a role and without an id.
    let extra: [SpecialToken]
    let prependsSpace: Bool?
    let lowercases: Bool?
    private let named: [Role: SpecialToken]

    /// Throws `FileContentError`, naming the file.
    init(in folder: URL) throws {
        let config = try TokenizerConfig.optional(folder.appending(path: "tokenizer_config.json"))
        (prependsSpace, lowercases) = (config?.prependsSpace, config?.lowercases)
        listsAll = config?.added != nil
        let ofConfig = config?.tokens
        if let added = config?.added {
            listed = Self.inOrder(added)
            named = ofConfig?.named ?? [:]
            extra = ofConfig?.extra ?? ofConfig?.additional ?? []
            return
        }
        let map = try SpecialTokensMap.optional(folder.appending(path: "special_tokens_map.json"))
        let added = try AddedTokensFile.optional(folder.appending(path: "added_tokens.json"))
        named = (ofConfig?.named ?? [:]).merging(map?.named ?? [:]) { $1 }
        let extra = (ofConfig?.extra ?? ofConfig?.additional ?? []) + (map?.extra ?? [])
        self.extra = extra.isEmpty ? map?.additional ?? [] : extra
        let special = Set((Array(named.values) + self.extra).map(\.content))
        listed = Self.inOrder(
            (added?.ids ?? []).map { ($1, SpecialToken($0, isNormalized: !special.contains($0))) })
    }

    /// Whether a file names the token of that role.
    func names(_ role: Role) -> Bool { named[role] != nil }

    /// Of tokens with the same content, the one that is listed with an id counts.
    func token(_ role: Role, usual: String) -> SpecialToken {
        let token = named[role] ?? SpecialToken(usual)
        return listed.last { $0.token.content == token.content }?.token ?? token
    }

    private static func inOrder(_ tokens: [(id: Int, token: SpecialToken)]) -> [(id: Int, token: SpecialToken)] {
        tokens.sorted { $0.id < $1.id }
    }
}

/// A token that stands for itself, as an object or by its content alone.
struct SpecialToken: Decodable {
    let content: String
    /// Whether white space before it, or behind it, belongs to it.
    var stripsLeft = false
    var stripsRight = false
    var isSingleWord = false
    /// Whether it is looked for in the normalised text.
    var isNormalized = false

    init(_ content: String, isNormalized: Bool = false) { (self.content, self.isNormalized) = (content, isNormalized) }

    private enum CodingKeys: String, CodingKey {
        case content, normalized
        case stripsLeft = "lstrip"
        case stripsRight = "rstrip"
        case isSingleWord = "single_word"
    }

    init(from decoder: any Decoder) throws {
        if let content = try? decoder.singleValueContainer().decode(String.self) {
            self.init(content)
            return
        }
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(try fields.decode(String.self, forKey: .content))
        stripsLeft = try fields.value(.stripsLeft, default: false)
        stripsRight = try fields.value(.stripsRight, default: false)
        isSingleWord = try fields.value(.isSingleWord, default: false)
        isNormalized = try fields.value(.normalized, default: false)
    }

    func added(id: Int) -> TokenizerFile.AddedToken {
        .init(
            AddedTokens.Token(
                content: content, id: id, stripsLeft: stripsLeft, stripsRight: stripsRight, isSingleWord: isSingleWord),
            isNormalized: isNormalized)
    }
}
