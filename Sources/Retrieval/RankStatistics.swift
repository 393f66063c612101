/// The metrics of one direction as functions of the groups' weights.
struct RankStatistics {
    private let queries: Int
    private let candidates: Int
    private let groups: [Int]
    private let ranks: [Int]
    /// Queries by their rank, best first.
    private let order: [Int]
    /// Number of queries in each group, and the sums over them that `means` are computed from.
    private let counts: [Int]
    private let sums: [[Double]]

    /// Depths of the recalls, which come before the other means.
    private static let depths = [1, 5, 10]
    /// Number of values that `callAsFunction` returns.
    static let count = depths.count + 4

    /// - Parameters:
    ///   - groups: The group of each query, below `groupCount`.
    ///   - candidates: Number of candidates that each query was ranked among.
    init(_ ranks: QueryRanks, groups: [Int], groupCount: Int, candidates: Int) {
        (queries, self.candidates, self.groups, self.ranks) = (ranks.best.count, candidates, groups, ranks.best)
        order = ranks.best.indices.sorted { (ranks.best[$0], $0) < (ranks.best[$1], $1) }
        var counts = Array(repeating: 0, count: groupCount)
        var sums = Array(repeating: Array(repeating: 0.0, count: groupCount), count: Self.count - 1)
        for (query, group) in groups.enumerated() {
            let rank = Double(ranks.best[query])
            let values = Self.depths.map { ranks.best[query] <= $0 ? 1.0 : 0.0 }
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
        guard total > 0 else { return Array(repeating: 0, count: Self.count) }
        let means = sums.map { sums in
            weights.indices.reduce(0.0) { $0 + Double(weights[$1]) * sums[$1] } / total
        }
        return means + [Double(median(weights, total: Int(total)))]
    }

    func metrics(_ estimates: ArraySlice<Estimate>) -> RetrievalMetrics {
        let values = Array(estimates)
        return RetrievalMetrics(
            queries: queries, candidates: candidates, recallAt1: values[0], recallAt5: values[1],
            recallAt10: values[2], medianRank: values[6], meanRank: values[3], meanReciprocalRank: values[4],
            meanAveragePrecisionAt10: values[5])
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

/// Retrieval metrics in one direction. Recalls, MRR and mAP are shares from 0 to 1.
public struct RetrievalMetrics: Sendable, Codable, Equatable {
    public let queries: Int
    public let candidates: Int
    /// Share of queries with a right candidate among the first 1, 5 and 10.
    public let recallAt1: Estimate
    public let recallAt5: Estimate
    public let recallAt10: Estimate
    /// Ranks count from 1; of an even number of queries the median is the mean of the middle two, rounded down, as in
    /// open_clip and LAION-CLAP.
    public let medianRank: Estimate
    public let meanRank: Estimate
    /// Mean of 1 / rank of the best-placed right candidate.
    public let meanReciprocalRank: Estimate
    /// Mean of the average precisions at 10, each over the number of right candidates, at most 10.
    public let meanAveragePrecisionAt10: Estimate

    enum CodingKeys: String, CodingKey {
        case queries, candidates
        case recallAt1 = "R@1"
        case recallAt5 = "R@5"
        case recallAt10 = "R@10"
        case medianRank = "median_rank"
        case meanRank = "mean_rank"
        case meanReciprocalRank = "MRR"
        case meanAveragePrecisionAt10 = "mAP@10"
    }
}
