import FilesOnDisk

/// The tokens of a CLIP tokenizer that stand for themselves, and which of them start, end and fill up a text.
struct CLIPSpecialTokens {
    struct Token: Decodable {
        let content: String
        /// Whether it is looked for in the normalised text, so that capitals do not matter.
        let isNormalized: Bool
        /// Its id; nil for that of the piece of the same spelling.
        var id: Int?

        init(_ content: String, isNormalized: Bool = false, id: Int? = nil) {
            (self.content, self.isNormalized, self.id) = (content, isNormalized, id)
        }

        static let fitIDs = "made of ids below \(1 << 22)"
        var hasFitID: Bool { id.map { 0..<1 << 22 ~= $0 } ?? true }

        private enum CodingKeys: String, CodingKey {
            case content, id
            case isNormalized = "normalized"
        }

        /// Reads an object, or the content alone.
        init(from decoder: any Decoder) throws {
            if let content = try? decoder.singleValueContainer().decode(String.self) {
                self.init(content)
            } else {
                let fields = try decoder.container(keyedBy: CodingKeys.self)
                self.init(
                    try fields.decode(String.self, forKey: .content),
                    isNormalized: try fields.decodeIfPresent(Bool.self, forKey: .isNormalized) ?? false,
                    id: try fields.decodeIfPresent(Int.self, forKey: .id))
            }
        }
    }

    let start: String
    let end: String
    let padding: String
    /// Each content once.
    let tokens: [Token]

    /// The tokens of CLIP with that filling.
    init(padding: String) {
        (start, end, self.padding) = ("<|startoftext|>", "<|endoftext|>", padding)
        tokens = Self.lastOfEachContent(
            [Token(start, isNormalized: true), Token(end, isNormalized: true), Token(padding)])
    }

    /// Follows `from_pretrained` of transformers: `special_tokens_map.json` goes before `tokenizer_config.json`, unless the
    /// latter lists the added tokens itself. Of tokens with the same content the last counts: start, end, unknown, filling.
    ///
    /// - Parameter added: Those of a `tokenizer.json`.
    init(_ config: CLIPTokenizerConfig?, _ map: CLIPSpecialTokensMap?, added: [Token]) {
        let listed = config?.addedTokens
        let first = listed == nil ? map : nil
        func token(_ field: KeyPath<CLIPSpecialTokensMap, Token?>, _ usual: String) -> Token {
            let named = first?[keyPath: field] ?? config?.named[keyPath: field] ?? Token(usual)
            return (listed ?? added).last { $0.content == named.content } ?? named
        }
        let (start, end) = (token(\.start, "<|startoftext|>"), token(\.end, "<|endoftext|>"))
        let (unknown, padding) = (token(\.unknown, "<|endoftext|>"), token(\.padding, "<|endoftext|>"))
        (self.start, self.end, self.padding) = (start.content, end.content, padding.content)
        tokens = Self.lastOfEachContent((listed ?? added) + [start, end, unknown, padding])
    }

    private static func lastOfEachContent(_ tokens: [Token]) -> [Token] {
        var seen: Set<String> = []
        return tokens.reversed().filter { seen.insert($0.content).inserted }.reversed()
    }
}

/// A `special_tokens_map.json`; also the same fields of a `tokenizer_config.json`.
struct CLIPSpecialTokensMap: CheckedJSON {
    let start: CLIPSpecialTokens.Token?
    let end: CLIPSpecialTokens.Token?
    let unknown: CLIPSpecialTokens.Token?
    let padding: CLIPSpecialTokens.Token?

    private enum CodingKeys: String, CodingKey {
        case start = "bos_token"
        case end = "eos_token"
        case unknown = "unk_token"
        case padding = "pad_token"
    }

    func validate(_ check: FieldCheck) throws {
        let tokens = [start, end, unknown, padding].compactMap { $0 }
        try check.require(tokens.allSatisfy { !$0.content.isEmpty }, "content", "a text that is not empty")
    }
}

/// A `tokenizer_config.json`.
struct CLIPTokenizerConfig: CheckedJSON {
    let named: CLIPSpecialTokensMap
    /// `added_tokens_decoder`: tokens by their ids.
    let addedTokens: [CLIPSpecialTokens.Token]?

    private enum CodingKeys: String, CodingKey {
        case addedTokens = "added_tokens_decoder"
    }

    init(from decoder: any Decoder) throws {
        named = try CLIPSpecialTokensMap(from: decoder)
        let listed = try decoder.container(keyedBy: CodingKeys.self)
            .decodeIfPresent([Int: CLIPSpecialTokens.Token].self, forKey: .addedTokens)
        addedTokens = listed?.sorted { $0.key < $1.key }.map { id, token in
            CLIPSpecialTokens.Token(token.content, isNormalized: token.isNormalized, id: id)
        }
    }

    func validate(_ check: FieldCheck) throws {
        try named.validate(check)
        try check.require(
            addedTokens?.allSatisfy(\.hasFitID) ?? true, "added_tokens_decoder", CLIPSpecialTokens.Token.fitIDs)
    }
}
