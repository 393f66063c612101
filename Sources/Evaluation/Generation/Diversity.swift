/// Diversity of the generated pictures of one concept, relative to that of the real ones.
public struct Diversity: Sendable, Codable, Equatable {
    /// Mean of the concepts' ratios; nil when no concept has two pictures of either kind.
    public let mean: Double?
    /// Concepts that have a ratio, and those of them whose ratio is at least one half.
    public let concepts: Int
    public let atLeastHalf: Int

    static let rule = """
        The mean distance between generated pictures of a concept over the mean distance between its real pictures; \
        distances are Euclidean, between features of length 1.
        """

    enum CodingKeys: String, CodingKey {
        case mean, concepts
        case atLeastHalf = "at_least_half"
    }

    /// - Parameter ratios: One for each concept, nil where there is none.
    init(_ ratios: [Double?]) {
        let known = ratios.compactMap(\.self)
        concepts = known.count
        atLeastHalf = known.count { $0 >= 0.5 }
        mean = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }

    /// Returns the ratio of each concept, nil where it has fewer than two pictures of either kind or its real ones are
    /// all alike.
    static func ratios(generated: ConceptPictures, real: ConceptPictures, concepts: Int) -> [Double?] {
        let made = PictureDistances(generated.directions.vectors)
        let found = PictureDistances(real.directions.vectors)
        return (0..<concepts).map { concept in
            guard let within = made.meanOfPairs(generated.pictures(of: concept)),
                let between = found.meanOfPairs(real.pictures(of: concept)), between > 0
            else { return nil }
            return within / between
        }
    }
}
