/// The metrics of one direction as functions of the groups' weights.
struct RankStatistics {
    let queries: Int
    let candidates: Int
    private let groups: [Int]
    private let ranks: [Int]
    /// Queries by their rank, best first.
    private let order: [Int]
    /// Number of queries in each group, and the sums over them that `means` are computed from.
    private let counts: [Int]
    private let sums: [[Double]]

    /// Depths of the recalls, which come before the other means.
    private let depths: [Int]
    /// Number of values that `callAsFunction` returns.
    private var count: Int { depths.count + 4 }

    /// - Parameters:
    ///   - depths: Depths of the recalls.
    ///   - groups: The group of each query, below `groupCount`.
    ///   - candidates: Number of candidates that each query was ranked among.
    init(_ ranks: QueryRanks, groups: [Int], groupCount: Int, candidates: Int, depths: [Int]) {
        (queries, self.candidates, self.groups, self.ranks) = (ranks.best.count, candidates, groups, ranks.best)
        self.depths = depths
        order = ranks.best.indices.sorted { (ranks.best[$0], $0) < (ranks.best[$1], $1) }
        var counts = Array(repeating: 0, count: groupCount)
        var sums = Array(repeating: Array(repeating: 0.0, count: groupCount), count: depths.count + 3)
        for (query, group) in groups.enumerated() {
            let rank = Double(ranks.best[query])
            let values = depths.map { ranks.best[query] <= $0 ? 1.0 : 0.0 }
            counts[group] += 1
            for (index, value) in (values + [rank, 1 / rank, ranks.averagePrecision[query]]).enumerated() {
                sums[index][group] += value
            }
        }
        (self.counts, self.sums) = (counts, sums)
    }

    /// Returns the recalls, mean rank, MRR and mAP, then the median rank.
    func callAsFunction(_ weights: [Int]) -> [Double] {
        let total = Double(zip(weights, counts).reduce(0) { $0 + $1.0 * $1.1 })
        // A draw of groups without a query in this direction tells nothing about it.
        guard total > 0 else { return Array(repeating: 0, count: count) }
        let means = sums.map { sums in
            weights.indices.reduce(0.0) { $0 + Double(weights[$1]) * sums[$1] } / total
        }
        return means + [Double(median(weights, total: Int(total)))]
    }

    /// The median rank ⌊(a + b) / 2⌋ of the middle two ranks, which are the same when the number is odd.
    private func median(_ weights: [Int], total: Int) -> Int {
        var passed = 0
        var lower: Int?
        for query in order {
            passed += weights[groups[query]]
            if lower == nil, passed > (total - 1) / 2 { lower = ranks[query] }
            if passed > total / 2 { return ((lower ?? ranks[query]) + ranks[query]) / 2 }
        }
        return lower ?? 0
    }
}
