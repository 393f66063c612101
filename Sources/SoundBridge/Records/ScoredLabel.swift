/// A class name with its score.
public struct ScoredLabel: Sendable, Codable, Equatable {
    public let label: String
    public let score: Float

    public init(label: String, score: Float) {
        (self.label, self.score) = (label, score)
    }

    /// Returns the `count` highest scores, best first; of equal scores the earlier label comes first.
    static func best(_ count: Int, of labels: some Sequence<ScoredLabel>) -> [ScoredLabel] {
        let ranked = labels.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
        return ranked.prefix(count).map(\.element)
    }
}
