/// The tokens around a single text: the `post_processor` of a `tokenizer.json`.
enum TokenTemplate: Decodable, Sendable {
    /// Nil where there is no single sequence, or a token that is not declared.
    case ids((prefix: [Int], suffix: [Int])?)
    case unknown(String)

    private enum CodingKeys: String, CodingKey {
        case type, single, sep, cls, processors
        case specialTokens = "special_tokens"
    }

    private struct Piece: Decodable {
        let specialToken: Name?
        let sequence: Name?

        private enum CodingKeys: String, CodingKey {
            case specialToken = "SpecialToken"
            case sequence = "Sequence"
        }
    }

    private struct Name: Decodable {
        let id: String
    }

    private struct SpecialToken: Decodable {
        let ids: [Int]
    }

    /// A token as a list of its content and its id.
    private struct Pair: Decodable {
        let id: Int

        init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            _ = try pair.decode(String.self)
            id = try pair.decode(Int.self)
        }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let type = try fields.decode(String.self, forKey: .type)
        switch type {
        case "TemplateProcessing":
            let pieces = try fields.decodeIfPresent([Piece].self, forKey: .single) ?? []
            let known = try fields.decodeIfPresent([String: SpecialToken].self, forKey: .specialTokens) ?? [:]
            self = .ids(Self.template(pieces, known.mapValues(\.ids)))
        case "BertProcessing", "RobertaProcessing":
            let (start, end) = (try fields.decode(Pair.self, forKey: .cls), try fields.decode(Pair.self, forKey: .sep))
            self = .ids(([start.id], [end.id]))
        case "ByteLevel": self = .ids(([], []))
        case "Sequence":
            self = try fields.decode([TokenTemplate].self, forKey: .processors).reduce(.ids(([], [])), Self.joined)
        default: self = .unknown(type)
        }
    }

    private static func joined(_ first: TokenTemplate, _ second: TokenTemplate) -> TokenTemplate {
        switch (first, second) {
        case (.ids(let inner?), .ids(let outer?)): .ids((outer.prefix + inner.prefix, inner.suffix + outer.suffix))
        case (.unknown, _): first
        case (_, .unknown): second
        default: .ids(nil)
        }
    }

    private static func template(_ pieces: [Piece], _ known: [String: [Int]]) -> (prefix: [Int], suffix: [Int])? {
        func ids(of pieces: ArraySlice<Piece>) -> [Int]? {
            let found = pieces.compactMap { $0.specialToken.flatMap { known[$0.id] } }
            return found.count == pieces.count ? Array(found.joined()) : nil
        }
        guard pieces.count(where: { $0.sequence != nil }) == 1,
            let middle = pieces.firstIndex(where: { $0.sequence != nil }),
            let before = ids(of: pieces[..<middle]), let after = ids(of: pieces[(middle + 1)...])
        else { return nil }
        return (before, after)
    }

    /// The type of a part that is not known; nil where all are.
    var unknownType: String? { if case .unknown(let type) = self { type } else { nil } }
}
