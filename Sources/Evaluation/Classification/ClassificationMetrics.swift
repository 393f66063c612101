import Retrieval

/// Metrics of a classification. Accuracies are shares from 0 to 1.
public struct ClassificationMetrics: Sendable, Codable, Equatable {
    /// Results for the items of one class.
    public struct PerClass: Sendable, Codable, Equatable {
        public let label: String
        public let items: Int
        /// Share of its items that were predicted to be in it.
        public let recall: Double
        /// The most frequent wrong prediction for its items, the first of equals; nil when there is none.
        public let mistakenFor: String?

        enum CodingKeys: String, CodingKey {
            case label, items, recall
            case mistakenFor = "mistaken_for"
        }
    }

    public let items: Int
    public let classes: Int
    /// Share of items whose class has the highest score, or is among the five highest.
    public let top1: Estimate
    public let top5: Estimate
    /// Mean of the recalls of the classes that have items.
    public let meanPerClass: Estimate
    public let perClass: [PerClass]
    /// Confusion matrix: rows are true classes, columns predicted ones, both in the order of `perClass`.
    public let confusion: [[Int]]

    enum CodingKeys: String, CodingKey {
        case items, classes, top1, top5, confusion
        case meanPerClass = "mean_per_class"
        case perClass = "per_class"
    }

    /// - Parameters:
    ///   - groups: Group of each item, from 0.
    public init(_ predictions: ClassPredictions, labels: [String], groups: [Int], bootstrap: Bootstrap) {
        (items, classes) = (predictions.truths.count, labels.count)
        var confusion = Array(repeating: Array(repeating: 0, count: labels.count), count: labels.count)
        for (truth, predicted) in zip(predictions.truths, predictions.predicted) { confusion[truth][predicted] += 1 }
        self.confusion = confusion
        perClass = confusion.enumerated().map { index, row in
            let mistakes = row.indices.filter { $0 != index && row[$0] > 0 }
            let worst = mistakes.max { (row[$0], $1) < (row[$1], $0) }
            let items = row.reduce(0, +)
            return PerClass(
                label: labels[index], items: items, recall: items == 0 ? 0 : Double(row[index]) / Double(items),
                mistakenFor: worst.map { labels[$0] })
        }
        let estimates = bootstrap.estimates(groups: (groups.max() ?? 0) + 1) { weights in
            let weights = groups.map { weights[$0] }
            return [
                Self.share(predictions.ranks, within: 1, weights), Self.share(predictions.ranks, within: 5, weights),
                Self.meanRecall(predictions, classes: labels.count, weights),
            ]
        }
        (top1, top5, meanPerClass) = (estimates[0], estimates[1], estimates[2])
    }

    /// Returns the accuracy of `first` minus that of `second` on the same items, with the interval of the difference.
    public static func difference(
        _ first: ClassPredictions, _ second: ClassPredictions, groups: [Int], bootstrap: Bootstrap
    ) -> Estimate {
        precondition(first.truths == second.truths, "the same items")
        return bootstrap.estimates(groups: (groups.max() ?? 0) + 1) { weights in
            let weights = groups.map { weights[$0] }
            return [share(first.ranks, within: 1, weights) - share(second.ranks, within: 1, weights)]
        }[0]
    }

    private static func share(_ ranks: [Int], within depth: Int, _ weights: [Int]) -> Double {
        let found = zip(ranks, weights).reduce(0) { $0 + ($1.0 <= depth ? $1.1 : 0) }
        return Double(found) / Double(max(1, weights.reduce(0, +)))
    }

    private static func meanRecall(_ predictions: ClassPredictions, classes: Int, _ weights: [Int]) -> Double {
        var (items, found) = (Array(repeating: 0, count: classes), Array(repeating: 0, count: classes))
        for (index, truth) in predictions.truths.enumerated() {
            items[truth] += weights[index]
            found[truth] += predictions.ranks[index] == 1 ? weights[index] : 0
        }
        let recalls = zip(items, found).filter { $0.0 > 0 }.map { Double($0.1) / Double($0.0) }
        return recalls.reduce(0, +) / Double(max(1, recalls.count))
    }
}
