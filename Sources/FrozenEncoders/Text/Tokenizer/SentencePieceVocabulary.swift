/// The pieces of a model of SentencePiece, with the ids that its own reader gives.
struct SentencePieceVocabulary: PieceModel {
    /// The mark that a word begins with.
    static let mark: Unicode.Scalar = "▁"

    private let cutter: any PieceCutter
    private let unknown: Int
    /// The ids of the bytes that a character without a piece becomes; nil where it becomes the unknown piece.
    private let bytes: [Int]?
    /// What each piece is called by the model, and what it lacks.
    private let ids: [Int]
    private let unknownIDs: Set<Int>

    /// - Parameters:
    ///   - file: The model's.
    ///   - ids: The id of each of its pieces.
    init(_ file: SentencePieceFile, ids: [Int]) {
        cutter =
            switch file.rule {
            case .unigram: SentencePieceUnigram(file.pieces, unknown: file.unknown)
            case .pairs: SentencePiecePairs(file.pieces, unknown: file.unknown)
            }
        (unknown, self.ids) = (file.unknown, ids)
        bytes = file.bytes?.map { ids[$0] }
        unknownIDs = Set([ids[file.unknown]] + (bytes ?? []))
    }

    func pieces(of word: ArraySlice<Unicode.Scalar>) -> [Int] { cut(Array(String(word).utf8)).flatMap(\.ids) }

    func words(of part: WordSplitter.Word) -> [(word: WordSplitter.Word, pieces: [Int])] {
        let text = Array(String(part.scalars).utf8)
        var words: [(range: Range<Int>, pieces: [Int])] = []
        for (ids, range) in cut(text) {
            if let last = words.last, !text[range].starts(with: Self.mark.utf8) {
                words[words.count - 1] = (last.range.lowerBound..<range.upperBound, last.pieces + ids)
            } else {
                words.append((range, ids))
            }
        }
        return words.map { range, pieces in
            (.init(scalars: Array(String(decoding: text[range], as: UTF8.self).unicodeScalars)[...]), pieces)
        }
    }

    func isUnknown(_ word: ArraySlice<Unicode.Scalar>, in pieces: [Int]) -> Bool {
        pieces.contains(where: unknownIDs.contains)
    }

    /// The ids of a text with what they stand for; unknown characters beside each other become one.
    private func cut(_ text: [UInt8]) -> [(ids: [Int], range: Range<Int>)] {
        var found: [(ids: [Int], range: Range<Int>)] = []
        var isBehindUnknown = false
        for (piece, range) in cutter.cut(text) {
            if piece == unknown, let bytes {
                found.append((text[range].map { bytes[Int($0)] }, range))
            } else if piece == unknown, isBehindUnknown, let last = found.last {
                found[found.count - 1].range = last.range.lowerBound..<range.upperBound
            } else {
                found.append(([ids[piece]], range))
            }
            isBehindUnknown = piece == unknown
        }
        return found
    }
}
