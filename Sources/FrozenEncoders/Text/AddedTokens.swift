/// Tokens that stand for themselves where they are written out in a text, such as “[MASK]”.
///
/// Follows `added_vocabulary.rs` of Hugging Face `tokenizers`: of those that begin first, the longest counts.
struct AddedTokens: Sendable {
    enum Part {
        case text(String)
        case token(String, id: Int)
    }

    /// Contents as bytes, the longest first, by their first byte.
    private let tokens: [UInt8: [(content: [UInt8], id: Int)]]

    /// Empty contents are passed over.
    init(_ tokens: [(content: String, id: Int)]) {
        let bytes = tokens.map { (content: Array($0.content.utf8), id: $0.id) }.filter { !$0.content.isEmpty }
        self.tokens = Dictionary(grouping: bytes.sorted { $0.content.count > $1.content.count }) { $0.content[0] }
    }

    /// Splits a text at the tokens in it; texts between them may be empty.
    func split(_ text: String) -> [Part] {
        let bytes = Array(text.utf8)
        var parts: [Part] = []
        var (start, position) = (0, 0)
        while position < bytes.count {
            let rest = bytes[position...]
            guard let token = tokens[bytes[position]]?.first(where: { rest.starts(with: $0.content) }) else {
                position += 1
                continue
            }
            parts.append(.text(String(decoding: bytes[start..<position], as: UTF8.self)))
            parts.append(.token(String(decoding: token.content, as: UTF8.self), id: token.id))
            position += token.content.count
            start = position
        }
        return parts + [.text(String(decoding: bytes[start...], as: UTF8.self))]
    }
}
