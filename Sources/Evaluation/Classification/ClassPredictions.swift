import Retrieval

/// The predicted class of each item.
///
/// A tie counts against the item: of classes with equal scores the wrong ones come first.
public struct ClassPredictions: Sendable {
    /// Index of each item's true class.
    public let truths: [Int]
    /// Class with the highest score for each item.
    public let predicted: [Int]
    /// Rank of each item's true class among all, from 1.
    public let ranks: [Int]

    private static let block = 1024

    /// - Parameters:
    ///   - items: One vector for each item.
    ///   - classes: One vector for each class.
    ///   - truths: Index of each item's true class.
    /// - Throws: `RetrievalError.widths`.
    public init(of items: EmbeddedItems, among classes: EmbeddedItems, truths: [Int]) throws {
        precondition(items.count == truths.count, "one class an item")
        let search = ExactSearch(classes)
        var (predicted, ranks): ([Int], [Int]) = ([], [])
        for start in stride(from: 0, to: items.count, by: Self.block) {
            let block = start..<min(start + Self.block, items.count)
            let hits = try search.nearest(to: items.items(block), count: classes.count)
            for (item, hits) in zip(block, hits) {
                let right = hits.first { $0.index == truths[item] }
                let before = hits.filter { hit in
                    hit.index != truths[item] && right.map { hit.score >= $0.score } ?? false
                }
                ranks.append(before.count + 1)
                predicted.append(before.first?.index ?? truths[item])
            }
        }
        (self.truths, self.predicted, self.ranks) = (truths, predicted, ranks)
    }

    /// - Parameter scores: `[items, classes]`, row by row.
    init(scores: [Double], truths: [Int], classes: Int) {
        var (predicted, ranks): ([Int], [Int]) = ([], [])
        for (item, truth) in truths.enumerated() {
            let row = scores[item * classes..<(item + 1) * classes]
            let right = row[row.startIndex + truth]
            let before = row.indices.filter { row[$0] >= right && $0 != row.startIndex + truth }
            ranks.append(before.count + 1)
            predicted.append((before.max { (row[$0], $1) < (row[$1], $0) } ?? row.startIndex + truth) - row.startIndex)
        }
        (self.truths, self.predicted, self.ranks) = (truths, predicted, ranks)
    }
}
