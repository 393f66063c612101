/// Finds the candidates with the highest dot products by looking at every one; of equal scores the earlier row comes
/// first.
public struct ExactSearch: Sendable {
    private let candidates: EmbeddedItems

    public init(_ candidates: EmbeddedItems) {
        self.candidates = candidates
    }

    /// Returns at most `count` candidates for each query, best first. Memory grows with `count`, not with the
    /// candidates. Throws `RetrievalError.widths`, `.count`.
    public func nearest(to queries: EmbeddedItems, count: Int) throws -> [[SearchHit]] {
        try queries.check(against: candidates)
        guard count >= 0 else { throw RetrievalError.count(count) }
        guard count > 0 else { return Array(repeating: [], count: queries.count) }
        var found: [[SearchHit]] = []
        for start in stride(from: 0, to: queries.count, by: ScoreTile.queryBlock) {
            let block = queries.vectors.items(start..<min(start + ScoreTile.queryBlock, queries.count)).float32()
            var best = (0..<block.shape[0]).map { _ in BestHits(limit: count) }
            ScoreTile.forEach(of: block, candidates.vectors) { tile in
                for query in best.indices { best[query].take(tile, query: query) }
            }
            found += best.map(\.sorted)
        }
        return found
    }
}

/// The best hits so far: a binary heap with the worst of them at its root.
private struct BestHits {
    private let limit: Int
    private var heap: [SearchHit] = []

    init(limit: Int) { self.limit = limit }

    var sorted: [SearchHit] { heap.sorted { $0.comes(before: $1) } }

    /// Exact scores are computed only for candidates that may be among the best.
    mutating func take(_ tile: ScoreTile, query: Int) {
        let row = tile.row(query)
        let margin = tile.margin(query)
        for column in 0..<tile.candidateCount {
            if heap.count == limit, Double(row[column]) < heap[0].score - margin { continue }
            insert(SearchHit(index: tile.first + column, score: tile.exact(query, column)))
        }
    }

    private mutating func insert(_ hit: SearchHit) {
        if heap.count < limit {
            heap.append(hit)
            rise(from: heap.count - 1)
        } else if hit.comes(before: heap[0]) {
            heap[0] = hit
            sink()
        }
    }

    private mutating func rise(from place: Int) {
        var child = place
        while child > 0, heap[(child - 1) / 2].comes(before: heap[child]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
            guard let worst = children.max(by: { heap[$0].comes(before: heap[$1]) }),
                heap[parent].comes(before: heap[worst])
            else { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}

/// A candidate that a search found.
public struct SearchHit: Sendable, Hashable {
    /// The candidate's row.
    public let index: Int
    /// The candidate's dot product with the query.
    public let score: Double

    public init(index: Int, score: Double) {
        (self.index, self.score) = (index, score)
    }

    /// Whether this hit ranks first: of equal scores the earlier row comes first.
    func comes(before other: SearchHit) -> Bool {
        score == other.score ? index < other.index : score > other.score
    }
}
