/// The pieces of a byte-level BPE model and the merges that make them (Sennrich et al., arXiv 1508.07909; on bytes as in
/// GPT-2, with CLIP's `</w>` at the end of words or without).
struct BytePairVocabulary: Sendable {
    /// The number of ids; each id is below it.
    let size: Int
    /// Ids of the bytes inside a word and at its end.
    private let bytes: [Int]
    private let lastBytes: [Int]
    private let merges: [Pair: (rank: Int, symbol: Int)]
    private let ids: [String: Int]

    private struct Pair: Hashable {
        let left, right: Int
    }

    enum Fault: Error {
        /// A merge of pieces that are not in the vocabulary, or do not make one.
        case merge(String)
        /// A byte that is not in the vocabulary, which has no unknown token.
        case byte(String)
        case ids
    }

    /// The ending of a word's last piece.
    static let endOfWord = "</w>"

    /// - Parameters:
    ///   - ids: Ids of the pieces, from 0; bytes are spelled as `byteSymbols`.
    ///   - merges: Pairs of pieces, the most frequent first.
    ///   - unknown: The piece that stands for bytes that have none.
    ///   - endOfWord: What the last piece of a word ends in; empty for nothing.
    /// - Throws: `Fault`.
    init(
        ids: [String: Int], merges: [(left: String, right: String)], unknown: String, endOfWord: String = endOfWord
    ) throws {
        guard ids.values.allSatisfy((0..<1 << 31).contains) else { throw Fault.ids }
        self.ids = ids
        size = (ids.values.max() ?? -1) + 1
        (bytes, lastBytes) = (
            try Self.byteSymbols.map { try Self.id(of: $0, in: ids, unknown) },
            try Self.byteSymbols.map { try Self.id(of: $0 + endOfWord, in: ids, unknown) }
        )
        var known: [Pair: (rank: Int, symbol: Int)] = .init(minimumCapacity: merges.count)
        for (rank, merge) in merges.enumerated() {
            guard let left = ids[merge.left], let right = ids[merge.right], let merged = ids[merge.left + merge.right]
            else { throw Fault.merge("\(merge.left) \(merge.right)") }
            known[Pair(left: left, right: right)] = (rank, merged)
        }
        self.merges = known
    }

    /// The vocabulary that merges alone determine, as OpenAI's `simple_tokenizer.py` orders it: bytes, bytes at the end
    /// of a word, merges, then `special` tokens. Throws `Fault`.
    init(merges: [(left: String, right: String)], special: [String]) throws {
        let symbols = Self.alphabet.map(\.symbol)
        let pieces = symbols + symbols.map { $0 + Self.endOfWord } + merges.map { $0.left + $0.right } + special
        try self.init(
            ids: Dictionary(zip(pieces, 0...)) { first, _ in first }, merges: merges, unknown: special.last ?? "")
    }

    /// The id of a whole piece.
    func id(of piece: String) -> Int? { ids[piece] }

    /// Returns the ids of one word: its bytes, of which the pair that is the most frequent by the merges is joined until
    /// none is left.
    func pieces(of word: some Collection<UInt8>) -> [Int] {
        var symbols = word.map { bytes[Int($0)] }
        guard let last = Array(word.suffix(1)).first else { return [] }
        symbols[symbols.count - 1] = lastBytes[Int(last)]
        return PairMerging.merged(symbols) { merges[Pair(left: $0, right: $1)] }
    }

    /// Spelling of each byte, in the order of OpenAI's `bytes_to_unicode`: printable characters of Latin-1 as
    /// themselves, then the others as those from U+0100 up.
    private static let alphabet: [(byte: UInt8, symbol: String)] = {
        let isPrintable = { (byte: UInt8) in 33...126 ~= byte || 161...172 ~= byte || byte >= 174 }
        let printable = (0...UInt8.max).filter(isPrintable), others = (0...UInt8.max).filter { !isPrintable($0) }
        return printable.map { ($0, String(Unicode.Scalar($0))) }
            + others.enumerated().map { ($1, String(Unicode.Scalar(UInt16(256 + $0)) ?? " ")) }
    }()

    /// The spelling of each byte, by byte.
    private static let byteSymbols = alphabet.sorted { $0.byte < $1.byte }.map(\.symbol)

    private static func id(of piece: String, in ids: [String: Int], _ unknown: String) throws -> Int {
        guard let id = ids[piece] ?? ids[unknown] else { throw Fault.byte(piece) }
        return id
    }
}
