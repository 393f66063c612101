/// How well the right candidates are found, in one direction. Recalls, MRR and mAP are shares from 0 to 1.
public struct RetrievalMetrics: Sendable, Codable, Equatable {
    public let queries: Int
    public let candidates: Int
    /// Share of queries with a right candidate among the first 1, 5 and 10.
    public let recallAt1: Estimate
    public let recallAt5: Estimate
    public let recallAt10: Estimate
    /// Ranks count from 1; of an even number of queries the median is the mean of the middle two, rounded down, as
    /// open_clip and LAION-CLAP have it.
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
