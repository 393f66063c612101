/// SentencePiece's changes to a text before it looks for pieces: characters by its table, the longest beginning first, and
/// spaces as marks (`normalizer.cc`).
struct SentencePieceNormalizer: Sendable {
    let map: CharacterMap?
    /// Whether every text begins as a word does.
    let addsPrefix: Bool
    /// Whether spaces beside each other become one, and those at both ends none.
    let removesExtraSpaces: Bool
    /// Whether spaces become marks.
    let escapesSpaces: Bool

    func callAsFunction(_ text: String) -> [Unicode.Scalar] {
        var parts = map?.replacedByLongest(text) ?? text.unicodeScalars.map { [$0] }
        if removesExtraSpaces { parts = Array(parts.drop { $0 == [" "] }) }
        guard !parts.isEmpty else { return [] }
        let space = escapesSpaces ? SentencePieceVocabulary.mark : " "
        var normalized = addsPrefix ? [space] : []
        var isBehindSpace = removesExtraSpaces
        for part in parts {
            let kept = isBehindSpace ? part.drop { $0 == " " } : part[...]
            if let last = kept.last {
                normalized += kept.map { $0 == " " ? space : $0 }
                isBehindSpace = removesExtraSpaces && last == " "
            }
        }
        while removesExtraSpaces, normalized.last == space { normalized.removeLast() }
        return normalized
    }
}
