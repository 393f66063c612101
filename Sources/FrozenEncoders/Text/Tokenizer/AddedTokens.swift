/// Tokens that stand for themselves where they are written out in a text, such as “[MASK]”.
///
/// Follows `added_vocabulary.rs` of Hugging Face `tokenizers`: of those that begin first, the longest counts.
struct AddedTokens: Sendable {
    struct Token: Sendable {
        var content: String
        let id: Int
        /// Whether white space before it, or behind it, belongs to it.
        var stripsLeft = false
        var stripsRight = false
        /// Whether it stands only where no letter or digit is next to it.
        var isSingleWord = false
    }

    enum Part {
        case text(String)
        case token(String, id: Int)
    }

    /// With contents as bytes, the longest first, by their first byte.
    private let tokens: [UInt8: [(content: [UInt8], token: Token)]]

    /// Empty contents are passed over.
    init(_ tokens: [Token]) {
        let bytes = tokens.map { (content: Array($0.content.utf8), token: $0) }.filter { !$0.content.isEmpty }
        self.tokens = Dictionary(grouping: bytes.sorted { $0.content.count > $1.content.count }) { $0.content[0] }
    }

    /// Splits a text at the tokens in it; texts between them may be empty.
    func split(_ text: String) -> [Part] {
        let bytes = Array(text.utf8)
        var parts: [Part] = []
        var (start, position) = (0, 0)
        while position < bytes.count {
            let rest = bytes[position...]
            guard let (content, token) = tokens[bytes[position]]?.first(where: { rest.starts(with: $0.content) }),
                !token.isSingleWord || Self.standsAlone(position..<position + content.count, in: bytes)
            else {
                position += 1
                continue
            }
            let before = String(decoding: bytes[start..<position], as: UTF8.self)
            parts.append(.text(token.stripsLeft ? before.withoutSpaceAtEnd : before))
            parts.append(.token(token.content, id: token.id))
            position += content.count
            if token.stripsRight {
                position += String(decoding: bytes[position...], as: UTF8.self).unicodeScalars
                    .prefix { $0.properties.isWhitespace }.reduce(0) { $0 + $1.utf8.count }
            }
            start = position
        }
        return parts + [.text(String(decoding: bytes[start...], as: UTF8.self))]
    }

    private static func standsAlone(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
        let before = String(decoding: bytes[max(0, range.lowerBound - 4)..<range.lowerBound], as: UTF8.self)
        let after = String(decoding: bytes[range.upperBound...].prefix(4), as: UTF8.self)
        return !(before.unicodeScalars.last?.isOfWord ?? false) && !(after.unicodeScalars.first?.isOfWord ?? false)
    }
}

extension String {
    fileprivate var withoutSpaceAtEnd: String {
        var scalars = unicodeScalars
        while scalars.last?.properties.isWhitespace ?? false { scalars.removeLast() }
        return String(scalars)
    }
}

extension Unicode.Scalar {
    fileprivate var isOfWord: Bool {
        properties.isAlphabetic || properties.numericType != nil || properties.generalCategory == .connectorPunctuation
            || properties.generalCategory == .nonspacingMark
    }
}
