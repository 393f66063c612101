/// A candidate that a search found.
public struct SearchHit: Sendable, Hashable {
    /// Its row.
    public let index: Int
    /// Its dot product with the query.
    public let score: Double

    public init(index: Int, score: Double) {
        (self.index, self.score) = (index, score)
    }

    /// Of equal scores the earlier row comes first.
    func comes(before other: SearchHit) -> Bool {
        score == other.score ? index < other.index : score > other.score
    }
}
