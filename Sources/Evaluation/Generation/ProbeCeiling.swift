/// Accuracy of the probe on real pictures from sources that it has not seen: the upper bound for generated ones.
public struct ProbeCeiling: Sendable, Codable, Equatable {
    /// Accuracies, as shares of `pictures`.
    public let top1: Double
    public let top5: Double
    /// Number of real pictures whose concept the probe learned from other sources.
    public let pictures: Int
    /// Number of parts that were held out in turn.
    public let folds: Int

    private static let mostFolds = 8
    static let rule = """
        Real pictures of each source, judged by a probe that was trained on the other sources; more than \
        \(mostFolds) sources are taken together in \(mostFolds) parts. Pictures of a concept that only one part shows \
        are left out.
        """

    /// Measures the ceiling; nil when there is only one source, or no concept comes from two. Throws `BaselineError`,
    /// `RetrievalError`.
    init?(_ real: ConceptPictures, concepts: Int) throws {
        let sources = Set(real.sources).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let foldOfSource = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($1, $0 % Self.mostFolds) })
        let folds = real.sources.map { foldOfSource[$0, default: 0] }
        var ranks: [Int] = []
        for fold in 0..<min(sources.count, Self.mostFolds) {
            let training = folds.indices.filter { folds[$0] != fold }
            let known = Set(training.map { real.concepts[$0] })
            let held = folds.indices.filter { folds[$0] == fold && known.contains(real.concepts[$0]) }
            guard known.count >= 2, !held.isEmpty else { continue }
            let probe = try ConceptProbe(real, rows: training, concepts: concepts)
            ranks += try probe.predictions(of: real, rows: held).ranks
        }
        guard !ranks.isEmpty else { return nil }
        pictures = ranks.count
        top1 = Double(ranks.count { $0 == 1 }) / Double(ranks.count)
        top5 = Double(ranks.count { $0 <= 5 }) / Double(ranks.count)
        self.folds = min(sources.count, Self.mostFolds)
    }
}
