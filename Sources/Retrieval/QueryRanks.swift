import TensorCore

/// Ranks of each query's right candidates among all candidates.
///
/// The rank of a right candidate is 1 + the wrong ones before it + the right ones before it; a wrong one is before it when
/// its score is higher, or equal and ties are pessimistic. Equal scores are equal dot products in double precision.
public struct QueryRanks: Sendable {
    /// The rank of each query's best-placed right candidate, from 1.
    public private(set) var best: [Int] = []
    /// The average precision at 10 of each query: Σ i / rankᵢ over its right candidates of rank 10 or better, where
    /// rankᵢ is that of the i-th best, over the number of its right candidates, at most 10.
    public private(set) var averagePrecision: [Double] = []

    private static let depth = 10

    /// Ranks the candidates, one block of queries after the other. Each query has at least one right candidate. Throws
    /// `RetrievalError.widths`.
    public init(
        of queries: EmbeddedItems, among candidates: EmbeddedItems, _ relevance: Relevance,
        ties: TieRule = .pessimistic
    ) throws {
        try queries.check(against: candidates)
        best.reserveCapacity(queries.count)
        averagePrecision.reserveCapacity(queries.count)
        for start in stride(from: 0, to: queries.count, by: ScoreTile.queryBlock) {
            let block = start..<min(start + ScoreTile.queryBlock, queries.count)
            let vectors = queries.vectors.items(block).float32()
            var standings = block.map { query in
                Standing(
                    of: vectors.item(query - start), in: candidates.vectors, relevance.candidates(of: query),
                    depth: Self.depth, ties: ties)
            }
            ScoreTile.forEach(of: vectors, candidates.vectors) { tile in
                for query in block {
                    standings[query - start].count(tile, query: query - start) {
                        relevance.contains($0, of: query)
                    }
                }
            }
            best += standings.map(\.best)
            averagePrecision += standings.map { $0.averagePrecision(at: Self.depth) }
        }
    }
}

/// The best-placed right candidates of one query, and the number of wrong ones before each.
private struct Standing {
    /// Exact scores, highest first; no more than the depth in question.
    private let scores: [Double]
    /// Number of wrong candidates before each.
    private var ahead: [Int]
    private let ties: TieRule

    init(of query: Tensor, in candidates: Tensor, _ right: ArraySlice<Int>, depth: Int, ties: TieRule) {
        precondition(!right.isEmpty, "a query without a right candidate has no rank")
        let all = right.map { candidate in
            query.withFloats { query in
                candidates.item(candidate).float32().withFloats { candidate in
                    guard let first = query.baseAddress, let second = candidate.baseAddress else { return 0.0 }
                    return ScoreTile.exact(first, second, query.count)
                }
            }
        }
        scores = Array(all.sorted(by: >).prefix(depth))
        ahead = Array(repeating: 0, count: scores.count)
        self.ties = ties
    }

    /// Counts the wrong candidates of a tile. `isRight` is called for few of them.
    mutating func count(_ tile: ScoreTile, query: Int, isRight: (Int) -> Bool) {
        let row = tile.row(query)
        let margin = tile.margin(query)
        let floor = Float(scores[scores.count - 1] - margin).nextDown
        // A product that overflowed may be NaN; the margin is infinite then, and all scores are looked at exactly.
        for column in 0..<tile.candidateCount where !(row[column] < floor) {
            if isRight(tile.first + column) { continue }
            let score = Double(row[column])
            for place in scores.indices.reversed() {
                let isAhead: Bool
                if abs(score - scores[place]) > margin {
                    isAhead = score > scores[place]
                } else {
                    let exact = tile.exact(query, column)
                    isAhead = exact > scores[place] || (exact == scores[place] && ties == .pessimistic)
                }
                if !isAhead { break }
                ahead[place] += 1
            }
        }
    }

    var best: Int { ahead[0] + 1 }

    func averagePrecision(at depth: Int) -> Double {
        let sum = ahead.enumerated().reduce(0.0) { sum, item in
            let rank = item.element + item.offset + 1
            return rank <= depth ? sum + Double(item.offset + 1) / Double(rank) : sum
        }
        return sum / Double(ahead.count)
    }
}
