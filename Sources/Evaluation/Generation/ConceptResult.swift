/// What became of the pictures of one concept.
public struct ConceptResult: Sendable, Codable, Equatable {
    public let concept: String
    /// Generated and real pictures of it.
    public let generated: Int
    public let real: Int
    /// Shares of the generated ones that were taken for it, or that had it among the five likeliest.
    public let top1: Double
    public let top5: Double
    /// Nil where it has fewer than two pictures of either kind.
    public let diversity: Double?
    /// Generated pictures that are copies; nil when that cannot be told.
    public let copies: Int?
    /// The concept that most of the others were taken for; nil when there are none.
    public let mistakenFor: String?

    enum CodingKeys: String, CodingKey {
        case concept, generated, real, top1, top5, diversity, copies
        case mistakenFor = "mistaken_for"
    }
}
