/// Cross-modal retrieval in both directions, every item ranked among all of the other side.
public struct RetrievalEvaluation: Sendable {
    public let xToY: RetrievalMetrics
    public let yToX: RetrievalMetrics
    /// The sum of the six recalls in per cent: 0 to 600.
    public let rsum: Estimate
    /// Number of groups that the intervals resample.
    public let groups: Int
    public let bootstrap: Bootstrap
    /// The ranking of equal scores.
    public let ties: TieRule

    /// The right candidates of an item with several partners.
    public static let multipleCaptionsRule = """
        Every item of both sides is a query and a candidate. An item with several partners (an image with five captions, \
        say) counts by the best-placed of them; each caption is a query of its own. mAP@10 takes all partners into account: \
        the sum of i / rank of the i-th best partner over those of rank 10 or better, over the number of partners, at most 10.
        """

    /// Evaluates both directions. Every row of `x` and `y` must be in a pair; all other combinations are wrong.
    ///
    /// A query's group is that of the first pair that it is in. Throws `RetrievalError.noPairs` or `.widths`.
    public init(
        x: EmbeddedItems, y: EmbeddedItems, pairs: [RetrievalPair], ties: TieRule = .pessimistic,
        bootstrap: Bootstrap = Bootstrap()
    ) throws {
        guard !pairs.isEmpty else { throw RetrievalError.noPairs }
        let groups = pairs.reduce(0) { max($0, $1.group) } + 1
        let forward = RankStatistics(
            try QueryRanks(of: x, among: y, Relevance(pairs.map { ($0.x, $0.y) }, queryCount: x.count), ties: ties),
            groups: Self.groups(of: x.count, pairs, \.x), groupCount: groups, candidates: y.count)
        let backward = RankStatistics(
            try QueryRanks(of: y, among: x, Relevance(pairs.map { ($0.y, $0.x) }, queryCount: y.count), ties: ties),
            groups: Self.groups(of: y.count, pairs, \.y), groupCount: groups, candidates: x.count)
        let estimates = bootstrap.estimates(groups: groups) { weights in
            let (first, second) = (forward(weights), backward(weights))
            let rsum = 100 * (first.prefix(3) + second.prefix(3)).reduce(0, +)
            return first + second + [rsum]
        }
        xToY = forward.metrics(estimates[0..<RankStatistics.count])
        yToX = backward.metrics(estimates[RankStatistics.count..<2 * RankStatistics.count])
        rsum = estimates[2 * RankStatistics.count]
        (self.groups, self.bootstrap, self.ties) = (groups, bootstrap, ties)
    }

    private static func groups(
        of count: Int, _ pairs: [RetrievalPair], _ side: KeyPath<RetrievalPair, Int>
    ) -> [Int] {
        var groups: [Int?] = Array(repeating: nil, count: count)
        for pair in pairs where groups[pair[keyPath: side]] == nil { groups[pair[keyPath: side]] = pair.group }
        return groups.map { group in
            guard let group else { preconditionFailure("every row is in a pair") }
            return group
        }
    }
}

/// A row of x and a row of y that belong together.
public struct RetrievalPair: Sendable, Hashable {
    public let x: Int
    public let y: Int
    /// Index from 0 of the image, clip or recording that both come from; a group is resampled as one.
    public let group: Int

    public init(x: Int, y: Int, group: Int) {
        (self.x, self.y, self.group) = (x, y, group)
    }
}
