/// The tokens of a CLIP tokenizer that stand for themselves, and which of them start, end and fill up a text.
struct CLIPSpecialTokens {
    struct Token {
        let content: String
        /// Whether it is looked for in the normalised text, so that capitals do not matter.
        let isNormalized: Bool
        /// Its id; nil for that of the piece of the same spelling.
        var id: Int?

        init(_ content: String, isNormalized: Bool = false) {
            (self.content, self.isNormalized) = (content, isNormalized)
        }

        init(_ token: SpecialToken, id: Int? = nil) {
            (content, isNormalized, self.id) = (token.content, token.isNormalized, id)
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

    /// Of tokens with the same content the last counts: start, end, unknown, filling.
    ///
    /// - Parameters:
    ///   - files: What the folder says of them.
    ///   - added: Those of a `tokenizer.json`, which count where `tokenizer_config.json` does not list them.
    init(_ files: SpecialTokenFiles, added: [TokenizerFile.AddedToken]) {
        let listed = files.listed.map { Token($0.token, id: $0.id) }
        let others = added.map { Token(SpecialToken($0.token.content, isNormalized: $0.isNormalized), id: $0.token.id) }
        let known = files.listsAll ? listed : listed + others
        func token(_ role: SpecialTokenFiles.Role, _ usual: String) -> Token {
            let named = files.token(role, usual: usual)
            return known.last { $0.content == named.content } ?? Token(named)
        }
        let (start, end) = (token(.beginning, "<|startoftext|>"), token(.end, "<|endoftext|>"))
        let (unknown, padding) = (token(.unknown, "<|endoftext|>"), token(.padding, "<|endoftext|>"))
        (self.start, self.end, self.padding) = (start.content, end.content, padding.content)
        tokens = Self.lastOfEachContent(known + [start, end, unknown, padding])
    }

    private static func lastOfEachContent(_ tokens: [Token]) -> [Token] {
        var seen: Set<String> = []
        return tokens.reversed().filter { seen.insert($0.content).inserted }.reversed()
    }
}
