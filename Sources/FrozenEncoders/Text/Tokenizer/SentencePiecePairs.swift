/// The rule of a byte-pair encoding of SentencePiece, which joins the characters of a whole text: of two neighbours that are a
/// piece, those whose piece has the highest score first.
///
/// Follows `bpe_model.cc` of SentencePiece.
struct SentencePiecePairs: PieceCutter {
    private let places: [ArraySlice<UInt8>: Int]
    /// By the places of pieces, 0 for the highest score; nil for what nothing is joined to.
    private let ranks: [Int?]
    private let unknown: Int
    private let longestPiece: Int

    /// - Parameters:
    ///   - pieces: By their places in the file, each text once.
    ///   - unknown: The place of what has no piece.
    init(_ pieces: [SentencePieceFile.Piece], unknown: Int) {
        let scores = Set(pieces.map(\.score)).sorted(by: >)
        let rankOfScore = Dictionary(zip(scores, 0...)) { first, _ in first }
        ranks = pieces.map { $0.kind == .normal ? rankOfScore[$0.score] : nil }
        let texts = pieces.map { Array($0.text.utf8)[...] }
        places = Dictionary(zip(texts, 0...)) { first, _ in first }
        longestPiece = texts.map(\.count).max() ?? 0
        self.unknown = unknown
    }

    func cut(_ text: [UInt8]) -> [(piece: Int, range: Range<Int>)] {
        let symbols = text.characterRanges.map(Self.symbol)
        let merged = PairMerging.merged(symbols) { left, right in
            let whole = Self.range(of: left).lowerBound..<Self.range(of: right).upperBound
            guard whole.count <= longestPiece, let place = places[text[whole]], let rank = ranks[place] else {
                return nil
            }
            return (rank, Self.symbol(of: whole))
        }
        return merged.map { symbol in
            let range = Self.range(of: symbol)
            return (places[text[range]] ?? unknown, range)
        }
    }

    /// A stretch of a text as one number.
    private static func symbol(of range: Range<Int>) -> Int { range.lowerBound << 32 | range.upperBound }

    private static func range(of symbol: Int) -> Range<Int> { symbol >> 32..<symbol & 0xFFFF_FFFF }
}
