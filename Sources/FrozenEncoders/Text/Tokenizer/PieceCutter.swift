/// Cuts a whole text into pieces: the rule of a model of SentencePiece.
protocol PieceCutter: Sendable {
    /// The pieces of a text in UTF-8 by their places in the model's file, one after the other; a character that has none is the
    /// unknown piece.
    func cut(_ text: [UInt8]) -> [(piece: Int, range: Range<Int>)]
}

extension [UInt8] {
    /// Where the characters of Unicode of a text in UTF-8 lie.
    var characterRanges: [Range<Int>] {
        let starts = indices.filter { self[$0] & 0xC0 != 0x80 }
        return zip(starts, starts.dropFirst() + [count]).map { $0..<$1 }
    }
}
