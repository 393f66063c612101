/// The pieces of a Unigram model, each with the logarithm of its probability, and the rule that cuts a text into the most
/// probable ones (Kudo, arXiv 1804.10959).
///
/// Follows `tokenizers/src/models/unigram` of Hugging Face.
struct UnigramVocabulary: PieceModel {
    private let scores: [Double]
    private let ids: [ArraySlice<UInt8>: Int]
    private let unknown: Int
    private let unknownScore: Double
    private var trie = PieceTrie()

    /// Penalty of an unknown character below the least probable piece.
    private static let penalty = 10.0

    /// - Parameters:
    ///   - pieces: With their scores, by id.
    ///   - unknown: The id of what has no piece, below the count of pieces.
    init(_ pieces: [(piece: String, score: Double)], unknown: Int) {
        self.unknown = unknown
        scores = pieces.map(\.score)
        unknownScore = (scores.min() ?? 0) - Self.penalty
        var ids: [ArraySlice<UInt8>: Int] = .init(minimumCapacity: pieces.count)
        for (id, (piece, _)) in pieces.enumerated() {
            let bytes = Array(piece.utf8)[...]
            ids[bytes] = id
            trie.insert(bytes, id: id)
        }
        self.ids = ids
    }

    /// The best way to a place of the text: its score, the id of its last piece, and where that begins.
    private struct Path {
        var score = 0.0
        var id = -1
        var start = -1
    }

    func pieces(of word: ArraySlice<Unicode.Scalar>) -> [Int] {
        let bytes = Array(String(word).utf8)
        var paths = Array(repeating: Path(), count: bytes.count + 1)
        var start = 0
        func offer(_ id: Int, _ score: Double, to end: Int) {
            if paths[end].start < 0 || score > paths[end].score {
                paths[end] = Path(score: score, id: id, start: start)
            }
        }
        for scalar in word {
            let length = scalar.utf8.count
            let score = paths[start].score
            var isKnown = false
            trie.forEachPiece(in: bytes, from: start) { id, end in
                offer(id, scores[id] + score, to: end)
                if end - start == length { isKnown = true }
            }
            if !isKnown { offer(unknown, unknownScore + score, to: start + length) }
            start += length
        }
        return backwards(paths, bytes)
    }

    /// Unknown characters beside each other become one piece.
    private func backwards(_ paths: [Path], _ bytes: [UInt8]) -> [Int] {
        var (ends, found) = (bytes.count, [Int]())
        var unknownEnd: Int?
        func closeUnknown(at start: Int) {
            if let end = unknownEnd { found.append(ids[bytes[start..<end]] ?? unknown) }
            unknownEnd = nil
        }
        while ends > 0 {
            let path = paths[ends]
            if path.id == unknown {
                unknownEnd = unknownEnd ?? ends
            } else {
                closeUnknown(at: ends)
                found.append(path.id)
            }
            ends = path.start
        }
        closeUnknown(at: 0)
        return found.reversed()
    }

    func isUnknown(_ word: ArraySlice<Unicode.Scalar>, in pieces: [Int]) -> Bool { pieces.contains(unknown) }
}
