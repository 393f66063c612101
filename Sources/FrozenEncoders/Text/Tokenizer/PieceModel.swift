/// Cuts a word into pieces with ids: the `model` of a `tokenizer.json`.
protocol PieceModel: Sendable {
    /// The ids of one word, which is not empty.
    func pieces(of word: ArraySlice<Unicode.Scalar>) -> [Int]

    /// A part of a text with its ids, word by word; one word, unless the model cuts words by itself.
    func words(of part: WordSplitter.Word) -> [(word: WordSplitter.Word, pieces: [Int])]

    /// Whether the vocabulary has a word, cut into these pieces, not at all or letter by letter only.
    func isUnknown(_ word: ArraySlice<Unicode.Scalar>, in pieces: [Int]) -> Bool
}

extension PieceModel {
    func words(of part: WordSplitter.Word) -> [(word: WordSplitter.Word, pieces: [Int])] {
        [(part, pieces(of: part.scalars))]
    }
}

extension WordPieceVocabulary: PieceModel {
    func pieces(of word: ArraySlice<Unicode.Scalar>) -> [Int] { pieces(of: Array(word)) }
    func isUnknown(_ word: ArraySlice<Unicode.Scalar>, in pieces: [Int]) -> Bool { isUnknown(Array(word), in: pieces) }
}

extension BytePairVocabulary: PieceModel {
    func pieces(of word: ArraySlice<Unicode.Scalar>) -> [Int] { pieces(of: Array(String(word).utf8)) }

    func isUnknown(_ word: ArraySlice<Unicode.Scalar>, in pieces: [Int]) -> Bool {
        TokenizedText.isSpelled(word.drop { $0 == " " }, in: pieces)
    }
}
