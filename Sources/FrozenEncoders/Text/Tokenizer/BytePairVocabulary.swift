/// The pieces of a byte-level BPE model and the merges that make them (Sennrich et al., arXiv 1508.07909; on bytes as in
/// GPT-2, with CLIP's `</w>` at the end of words or without).
struct BytePairVocabulary: Sendable {
    /// The number of ids; each id is below it.
    let size: Int
    /// Ids of the bytes inside a word and at its end.
    private let bytes: [Int]
    private let lastBytes: [Int]
    private let merges: [Pair: Merge]
    private let ids: [String: Int]

    private struct Pair: Hashable {
        let left, right: Int
    }

    private struct Merge {
        let rank, id: Int
    }

    enum Fault: Error {
        /// A merge of pieces that are not in the vocabulary, or do not make one.
        case merge(String)
        /// A byte that is not in the vocabulary, which has no unknown token.
        case byte(String)
        case ids
    }

    /// What the last piece of a word ends in.
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
        var known: [Pair: Merge] = .init(minimumCapacity: merges.count)
        for (rank, merge) in merges.enumerated() {
            guard let left = ids[merge.left], let right = ids[merge.right], let merged = ids[merge.left + merge.right]
            else { throw Fault.merge("\(merge.left) \(merge.right)") }
            known[Pair(left: left, right: right)] = Merge(rank: rank, id: merged)
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

        // Places of what is still joined to what; a joined place is −1.
        var next = Array(1...symbols.count), previous = Array(-1..<symbols.count - 1)
        var queue = LeastFirst()
        func merge(at place: Int) -> Merge? {
            guard place >= 0, symbols[place] >= 0, next[place] < symbols.count else { return nil }
            return merges[Pair(left: symbols[place], right: symbols[next[place]])]
        }
        func propose(_ place: Int) {
            if let rank = merge(at: place)?.rank { queue.insert(rank << 32 | place) }
        }
        symbols.indices.forEach(propose)
        while let first = queue.removeLeast() {
            let place = first & 0xFFFF_FFFF
            // What was proposed may have been joined meanwhile.
            guard let merge = merge(at: place), merge.rank == first >> 32 else { continue }
            let joined = next[place]
            (symbols[place], symbols[joined]) = (merge.id, -1)
            next[place] = next[joined]
            if next[place] < symbols.count { previous[next[place]] = place }
            propose(previous[place])
            propose(place)
        }
        return symbols.filter { $0 >= 0 }
    }

    /// How each byte is spelled, in the order of OpenAI's `bytes_to_unicode`: printable characters of Latin-1 as
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

/// Numbers of which the least comes out first: a binary heap.
private struct LeastFirst {
    private var heap: [Int] = []

    mutating func insert(_ number: Int) {
        heap.append(number)
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeLeast() -> Int? {
        guard let least = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return least }
        heap[0] = last
        var parent = 0
        while let child = (2 * parent + 1...2 * parent + 2).filter(heap.indices.contains).min(by: {
            heap[$0] < heap[$1]
        }),
            heap[child] < heap[parent]
        {
            heap.swapAt(child, parent)
            parent = child
        }
        return least
    }
}
