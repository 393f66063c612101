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

    /// Number of folds that the groups were dealt into, in their order; 1 for none.
    public let folds: Int

    /// Evaluates both directions. Every row of `x` and `y` must be in a pair; all other combinations are wrong.
    ///
    /// A query's group is that of the first pair that it is in. Throws `RetrievalError.noPairs`, `.widths` or
    /// `.fewGroups`.
    ///
    /// - Parameters:
    ///   - depths: Depths of further recalls, beside 1, 5 and 10.
    ///   - folds: Parts that the groups are cut into, in their order and as equal as can be. Each is ranked alone, and the
    ///     figures are the means over the parts, as those of COCO's “1K test set” over five thousands of images.
    public init(
        x: EmbeddedItems, y: EmbeddedItems, pairs: [RetrievalPair], ties: TieRule = .pessimistic, depths: [Int] = [],
        folds: Int = 1, bootstrap: Bootstrap = Bootstrap()
    ) throws {
        guard !pairs.isEmpty else { throw RetrievalError.noPairs }
        let groups = pairs.reduce(0) { max($0, $1.group) } + 1
        guard groups >= folds else { throw RetrievalError.fewGroups(found: groups, folds: folds) }
        let depths = Set(depths + RetrievalMetrics.usualDepths).sorted()
        let parts = try (0..<folds).map { fold in
            let range = fold * groups / folds..<(fold + 1) * groups / folds
            return try Part(
                x: x, y: y, pairs: folds == 1 ? pairs : pairs.filter { range.contains($0.group) }, groups: groups,
                ties: ties, depths: depths)
        }
        let usual = RetrievalMetrics.usualDepths.compactMap(depths.firstIndex)
        let estimates = bootstrap.estimates(groups: groups) { weights in
            let (first, second) = (
                Self.mean(parts.map { $0.forward(weights) }), Self.mean(parts.map { $0.backward(weights) })
            )
            let rsum = 100 * usual.reduce(0) { $0 + first[$1] + second[$1] }
            return first + second + [rsum]
        }
        let count = (estimates.count - 1) / 2
        func metrics(_ direction: KeyPath<Part, RankStatistics>, _ estimates: ArraySlice<Estimate>) -> RetrievalMetrics
        {
            let statistics = parts.map { $0[keyPath: direction] }
            return RetrievalMetrics(
                queries: statistics.reduce(0) { $0 + $1.queries },
                candidates: statistics.reduce(0) { $0 + $1.candidates } / folds, depths: depths, Array(estimates))
        }
        xToY = metrics(\.forward, estimates[..<count])
        yToX = metrics(\.backward, estimates[count..<2 * count])
        rsum = estimates[2 * count]
        (self.groups, self.bootstrap, self.ties, self.folds) = (groups, bootstrap, ties, folds)
    }

    private static func mean(_ values: [[Double]]) -> [Double] {
        values[0].indices.map { index in values.reduce(0) { $0 + $1[index] } / Double(values.count) }
    }
}

/// The ranks of the items that are ranked among each other: all of them, or a fold.
private struct Part {
    let forward: RankStatistics
    let backward: RankStatistics

    init(
        x: EmbeddedItems, y: EmbeddedItems, pairs: [RetrievalPair], groups: Int, ties: TieRule, depths: [Int]
    ) throws {
        let (xSide, ySide) = (Side(x, pairs, \.x), Side(y, pairs, \.y))
        let places = zip(xSide.places, ySide.places)
        forward = RankStatistics(
            try QueryRanks(
                of: xSide.items, among: ySide.items,
                Relevance(places.map { ($0, $1) }, queryCount: xSide.items.count), ties: ties),
            groups: xSide.groups, groupCount: groups, candidates: ySide.items.count, depths: depths)
        backward = RankStatistics(
            try QueryRanks(
                of: ySide.items, among: xSide.items,
                Relevance(places.map { ($1, $0) }, queryCount: ySide.items.count), ties: ties),
            groups: ySide.groups, groupCount: groups, candidates: xSide.items.count, depths: depths)
    }
}

/// The rows of one side that are in some pairs.
private struct Side {
    let items: EmbeddedItems
    /// Index among the items of each pair's row.
    let places: [Int]
    /// Group of each item.
    let groups: [Int]

    init(_ items: EmbeddedItems, _ pairs: [RetrievalPair], _ side: KeyPath<RetrievalPair, Int>) {
        var groupOfRow: [Int: Int] = [:]
        for pair in pairs where groupOfRow[pair[keyPath: side]] == nil { groupOfRow[pair[keyPath: side]] = pair.group }
        let rows = groupOfRow.keys.sorted()
        let placeOfRow = Dictionary(uniqueKeysWithValues: zip(rows, 0...))
        self.items = rows.count == items.count ? items : items.items(rows)
        places = pairs.map { placeOfRow[$0[keyPath: side], default: 0] }
        groups = rows.map { groupOfRow[$0, default: 0] }
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
