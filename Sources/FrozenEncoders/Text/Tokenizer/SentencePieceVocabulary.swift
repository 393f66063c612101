/// The pieces of a Unigram of SentencePiece, and its rule that cuts a whole text into the most probable ones (Kudo, arXiv
/// 1804.10959), with the same ids.
///
/// Follows `unigram_model.cc` of SentencePiece, whose sums are in single precision: of two ways that are as good by their
/// pieces, the rounding decides.
struct SentencePieceVocabulary: PieceModel {
    struct Piece: Sendable {
        enum Kind: UInt64 {
            case normal = 1
            case unknown, control, userDefined, unused, byte
        }

        let text: String
        let score: Float
        let kind: Kind
    }

    /// What a word begins with.
    static let mark: Unicode.Scalar = "▁"

    private let scores: [Float]
    private let unknown: Int
    private let unknownScore: Float
    private var trie = PieceTrie()
    /// What each piece is called by the model, and what it lacks.
    private let ids: [Int]

    /// - Parameters:
    ///   - pieces: By their places in the file.
    ///   - unknown: The place of what has no piece.
    ///   - ids: The id of each piece.
    init(_ pieces: [Piece], unknown: Int, ids: [Int]) {
        scores = pieces.map(\.score)
        (self.unknown, self.ids) = (unknown, ids)
        unknownScore = (pieces.filter { $0.kind == .normal }.map(\.score).min() ?? 0) - 10
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

    func pieces(of word: ArraySlice<Unicode.Scalar>) -> [Int] { cut(word).map { ids[$0.piece] } }

    func words(of part: WordSplitter.Word) -> [(word: WordSplitter.Word, pieces: [Int])] {
        var words: [(word: WordSplitter.Word, pieces: [Int])] = []
        for (piece, scalars) in cut(part.scalars) {
            if let last = words.last, scalars.first != Self.mark {
                let word = part.scalars[last.word.scalars.startIndex..<scalars.endIndex]
                words[words.count - 1] = (.init(scalars: word), last.pieces + [ids[piece]])
            } else {
                words.append((.init(scalars: scalars), [ids[piece]]))
            }
        }
        return words
    }

    func isUnknown(_ word: ArraySlice<Unicode.Scalar>, in pieces: [Int]) -> Bool { pieces.contains(ids[unknown]) }

    /// The pieces of a text with what each stands for; unknown characters beside each other become one.
    private func cut(_ text: ArraySlice<Unicode.Scalar>) -> [(piece: Int, scalars: ArraySlice<Unicode.Scalar>)] {
        let bytes = Array(String(text).utf8)
        let paths = paths(through: bytes, text)
        // Where each scalar begins, by its first byte.
        var places: [Int: Int] = [bytes.count: text.endIndex]
        var start = 0
        for (index, scalar) in zip(text.indices, text) {
            places[start] = index
            start += scalar.utf8.count
        }
        var (end, found) = (bytes.count, [(piece: Int, scalars: ArraySlice<Unicode.Scalar>)]())
        while end > 0 {
            let path = paths[end]
            let scalars = text[places[path.start, default: text.startIndex]..<places[end, default: text.endIndex]]
            if path.piece == unknown, let last = found.last, last.piece == unknown {
                found[found.count - 1].scalars = text[scalars.startIndex..<last.scalars.endIndex]
            } else {
                found.append((path.piece, scalars))
            }
            end = path.start
        }
        return found.reversed()
    }

    private func paths(through bytes: [UInt8], _ text: ArraySlice<Unicode.Scalar>) -> [Path] {
        var paths = Array(repeating: Path(), count: bytes.count + 1)
        var start = 0
        for scalar in text {
            let length = scalar.utf8.count
            let score = paths[start].score
            var isKnown = false
            trie.forEachPiece(in: bytes, from: start) { piece, end in
                let candidate = Double(scores[piece]) + Double(score)
                if paths[end].start < 0 || candidate > Double(paths[end].score) {
                    paths[end] = Path(score: Float(candidate), piece: piece, start: start)
                }
                if end - start == length { isKnown = true }
            }
            let end = start + length
            if !isKnown, paths[end].start < 0 || unknownScore + score > paths[end].score {
                paths[end] = Path(score: unknownScore + score, piece: unknown, start: start)
            }
            start = end
        }
        return paths
    }
}
