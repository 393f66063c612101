/// The rule of a Unigram of SentencePiece, which cuts a whole text into the most probable pieces (Kudo, arXiv 1804.10959).
///
/// Follows `unigram_model.cc` of SentencePiece, whose sums are in single precision: of two ways that are as good by their
/// pieces, the rounding decides.
struct SentencePieceUnigram: PieceCutter {
    private let scores: [Float]
    private let unknown: Int
    private let unknownScore: Float
    private var trie = PieceTrie()

    /// Penalty of an unknown character below the least probable piece.
    private static let penalty: Float = 10

    /// - Parameters:
    ///   - pieces: By their places in the file.
    ///   - unknown: The place of what has no piece.
    init(_ pieces: [SentencePieceFile.Piece], unknown: Int) {
        scores = pieces.map(\.score)
        self.unknown = unknown
        unknownScore = (pieces.filter { $0.kind == .normal }.map(\.score).min() ?? 0) - Self.penalty
        for (place, piece) in pieces.enumerated() where piece.kind == .normal {
            trie.insert(piece.text.utf8, id: place)
        }
    }

    /// The best way to a place of the text: its score, its last piece, and where that begins.
    private struct Path {
        var score: Float = 0
        var piece = -1
        var start = -1
    }

    func cut(_ text: [UInt8]) -> [(piece: Int, range: Range<Int>)] {
        let paths = paths(through: text)
        var (end, found) = (text.count, [(piece: Int, range: Range<Int>)]())
        while end > 0 {
            let path = paths[end]
            found.append((path.piece, path.start..<end))
            end = path.start
        }
        return found.reversed()
    }

    private func paths(through text: [UInt8]) -> [Path] {
        var paths = Array(repeating: Path(), count: text.count + 1)
        for character in text.characterRanges {
            let (start, after) = (character.lowerBound, character.upperBound)
            let score = paths[start].score
            var isKnown = false
            trie.forEachPiece(in: text, from: start) { piece, end in
                let candidate = Double(scores[piece]) + Double(score)
                if paths[end].start < 0 || candidate > Double(paths[end].score) {
                    paths[end] = Path(score: Float(candidate), piece: piece, start: start)
                }
                if end == after { isKnown = true }
            }
            if !isKnown, paths[after].start < 0 || unknownScore + score > paths[after].score {
                paths[after] = Path(score: unknownScore + score, piece: unknown, start: start)
            }
        }
        return paths
    }
}
