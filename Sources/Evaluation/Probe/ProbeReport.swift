import Retrieval

/// The results of a probe, as printed with `--json`.
public struct ProbeReport: Sendable, Encodable {
    public let train: String
    /// The set tested on; nil where it was folds of `train`.
    public let test: String?
    public let folds: Int?
    /// Number of items trained on, in each fold.
    public let trainingItems: [Int]
    /// Logistic regression, and its strength C in each fold.
    public let linear: ClassificationMetrics
    public let strengths: [Double]
    /// Weighted nearest neighbours, how many they are, and their temperature.
    public let neighbours: ClassificationMetrics
    public let neighbourCount: Int
    public let temperature: Double
    public let groups: Int
    public let seed: UInt64
    public let bootstrap: Bootstrap
    public let tieRule: String
    public let intervalRule: String
    /// Wall-clock seconds.
    public let seconds: Double

    init(
        _ task: ProbeTask, linear: ClassificationMetrics, neighbours: ClassificationMetrics, strengths: [Double],
        groups: Int, trainingItems: [Int], seconds: Double
    ) {
        (train, test, folds) = (task.train, task.test, task.test == nil ? task.folds : nil)
        (self.linear, self.neighbours, self.strengths) = (linear, neighbours, strengths)
        (neighbourCount, temperature, seed) = (task.neighbours, task.temperature, task.seed)
        (self.groups, self.trainingItems, bootstrap, self.seconds) = (groups, trainingItems, task.bootstrap, seconds)
        tieRule = "A tie counts against the item: of classes with equal scores the wrong ones come first."
        intervalRule = RetrievalReport.intervalRule(task.bootstrap, groups: groups)
    }

    enum CodingKeys: String, CodingKey {
        case train, test, folds, linear, strengths, neighbours, temperature, groups, seed, bootstrap, seconds
        case trainingItems = "training_items"
        case neighbourCount = "neighbour_count"
        case tieRule = "tie_rule"
        case intervalRule = "interval_rule"
    }
}
