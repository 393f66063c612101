/// The pieces of a WordPiece model and the rule that cuts a word into them.
struct WordPieceVocabulary: Sendable {
    /// A piece as bytes: as a `String` it would equal canonically equivalent ones.
    private typealias Piece = ArraySlice<UInt8>

    private let starts: [Piece: Int]
    private let continuations: [Piece: Int]
    private let unknown: Int
    private let maximumScalars: Int

    /// Makes the vocabulary; `nil` if the unknown token is not in it.
    init?(_ model: TokenizerFile.Model.WordPiece) {
        guard let unknown = model.vocab[model.unkToken] else { return nil }
        let continuingPrefix = Array(model.continuingSubwordPrefix.utf8)
        var starts: [Piece: Int] = .init(minimumCapacity: model.vocab.count)
        var continuations: [Piece: Int] = [:]
        for (piece, id) in model.vocab {
            let bytes = Array(piece.utf8)[...]
            starts[bytes] = id
            if bytes.starts(with: continuingPrefix) { continuations[bytes.dropFirst(continuingPrefix.count)] = id }
        }
        self.starts = starts
        self.continuations = continuations
        self.unknown = unknown
        maximumScalars = model.maxInputCharsPerWord
    }

    /// The ids of one word without white space: the longest known piece first, then the longest continuation, and so
    /// on; the unknown id alone if a rest is not known or the word is too long.
    func pieces(of word: [Unicode.Scalar]) -> [Int] {
        guard word.count <= maximumScalars else { return [unknown] }
        var bytes: [UInt8] = []
        var boundaries = [0]
        for scalar in word {
            bytes.append(contentsOf: scalar.utf8)
            boundaries.append(bytes.count)
        }
        var ids: [Int] = []
        var start = 0
        while start < word.count {
            let known = start == 0 ? starts : continuations
            let match = (start + 1...word.count).reversed().lazy.compactMap { end in
                known[bytes[boundaries[start]..<boundaries[end]]].map { (id: $0, end: end) }
            }.first
            guard let match else { return [unknown] }
            ids.append(match.id)
            start = match.end
        }
        return ids
    }

    /// Whether the vocabulary has a word, cut into these pieces, not at all or letter by letter only.
    func isUnknown(_ word: [Unicode.Scalar], in pieces: [Int]) -> Bool {
        pieces == [unknown] || TokenizedText.isSpelled(word, in: pieces)
    }
}
