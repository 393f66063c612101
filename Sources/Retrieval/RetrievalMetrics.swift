/// Retrieval metrics in one direction. Recalls, MRR and mAP are shares from 0 to 1.
public struct RetrievalMetrics: Sendable, Encodable, Equatable {
    /// The recall at a depth.
    public struct Recall: Sendable, Equatable {
        public let depth: Int
        /// Share of queries with a right candidate among the first `depth`.
        public let share: Estimate
    }

    public let queries: Int
    /// Number of candidates that each query was ranked among; on the average where there are folds.
    public let candidates: Int
    /// By their depth, 1, 5 and 10 among them.
    public let recalls: [Recall]
    /// Ranks count from 1; of an even number of queries the median is the mean of the middle two, rounded down, as in
    /// open_clip and LAION-CLAP.
    public let medianRank: Estimate
    public let meanRank: Estimate
    /// Mean of 1 / rank of the best-placed right candidate.
    public let meanReciprocalRank: Estimate
    /// Mean of the average precisions at 10, each over the number of right candidates, at most 10.
    public let meanAveragePrecisionAt10: Estimate

    /// The depths that are always among the recalls: those of rsum.
    static let usualDepths = [1, 5, 10]

    /// - Parameter estimates: The values of `RankStatistics`, in its order.
    init(queries: Int, candidates: Int, depths: [Int], _ estimates: [Estimate]) {
        (self.queries, self.candidates) = (queries, candidates)
        recalls = zip(depths, estimates).map { Recall(depth: $0, share: $1) }
        let others = estimates.dropFirst(depths.count)
        (meanRank, meanReciprocalRank) = (others[depths.count], others[depths.count + 1])
        (meanAveragePrecisionAt10, medianRank) = (others[depths.count + 2], others[depths.count + 3])
    }

    /// The recall at a depth that was asked for; nil at another.
    public func recall(at depth: Int) -> Estimate? { recalls.first { $0.depth == depth }?.share }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(queries, forKey: Key(stringValue: "queries"))
        try container.encode(candidates, forKey: Key(stringValue: "candidates"))
        let others = [
            ("median_rank", medianRank), ("mean_rank", meanRank), ("MRR", meanReciprocalRank),
            ("mAP@10", meanAveragePrecisionAt10),
        ]
        for (name, estimate) in recalls.map({ ("R@\($0.depth)", $0.share) }) + others {
            try container.encode(estimate, forKey: Key(stringValue: name))
        }
    }
}
