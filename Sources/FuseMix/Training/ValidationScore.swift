/// How well pairs that training never sees find each other.
public struct ValidationScore: Sendable, Equatable, Codable {
    /// Share of x whose nearest y is one of theirs, and the reverse; a tie with a wrong one is a miss.
    public let recallXToY: Double
    public let recallYToX: Double
    /// The mean of R@1, R@5 and R@10 of both directions.
    public let meanRecall: Double
    /// Share of x whose nearest y, among those of training too, belongs to one of their groups; only when it is what
    /// the best checkpoint is chosen by. With classes as groups it is zero-shot accuracy on classes held out.
    public let classAccuracy: Double?

    /// R@1: the mean of both directions.
    public var recall: Double { (recallXToY + recallYToX) / 2 }

    /// The figure that the best checkpoint is chosen by.
    public func value(_ selection: TrainingSettings.Selection) -> Double {
        switch selection {
        case .recall: recall
        case .meanRecall: meanRecall
        case .classAccuracy: classAccuracy ?? 0
        }
    }
}
