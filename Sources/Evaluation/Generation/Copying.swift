import Retrieval

/// How many generated pictures come nearer to a training picture than two artists' pictures of one thing come to each
/// other.
public struct Copying: Sendable, Codable, Equatable {
    /// Share of the generated pictures.
    public let share: Double
    /// Distance below which a picture is taken for a copy.
    public let threshold: Double
    /// Pairs of real pictures that the threshold is taken of.
    public let pairs: Int

    static let percentile = 0.05
    static let rule = """
        A generated picture is a copy when a training picture, of any concept, is nearer than the 5th percentile of the \
        distances between real pictures of one concept from different sources; distances as for diversity.
        """

    /// The threshold and of each generated picture whether it is a copy; nil when no concept has real pictures of two
    /// sources. Throws `RetrievalError.widths`.
    static func find(
        generated: ConceptPictures, training: EmbeddedItems, real: ConceptPictures, concepts: Int
    ) throws -> (copying: Copying, copies: [Bool])? {
        let distances = distancesBetweenSources(real, concepts: concepts).sorted()
        guard !distances.isEmpty else { return nil }
        let threshold = Bootstrap.quantile(percentile, of: distances)
        let from = PictureDistances(generated.directions.vectors)
        let copies = try ExactSearch(training).nearest(to: generated.directions, count: 1).enumerated().map {
            row, hits in
            hits.first.map { from(row, training.vectors, $0.index) < threshold } ?? false
        }
        let share = Double(copies.count { $0 }) / Double(copies.count)
        return (Copying(share: share, threshold: threshold, pairs: distances.count), copies)
    }

    private static func distancesBetweenSources(_ real: ConceptPictures, concepts: Int) -> [Double] {
        let distance = PictureDistances(real.directions.vectors)
        return (0..<concepts).flatMap { concept in
            let pictures = real.pictures(of: concept)
            return pictures.enumerated().flatMap { place, first in
                pictures[(place + 1)...].filter { real.sources[$0] != real.sources[first] }.map { distance(first, $0) }
            }
        }
    }
}
