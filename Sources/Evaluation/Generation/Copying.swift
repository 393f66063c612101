import Retrieval

/// Share of generated pictures that are nearer to a training picture than two artists' pictures of one concept are to
/// each other.
public struct Copying: Sendable, Codable, Equatable {
    /// Share of the generated pictures.
    public let share: Double
    /// Distance below which a picture counts as a copy.
    public let threshold: Double
    /// Number of pairs of real pictures that the threshold is derived from.
    public let pairs: Int
    /// Calibration on real pictures; nil when none is known not to be a training picture.
    public let calibration: CopyingCalibration?

    static let percentile = 0.05
    static let rule = """
        A generated picture is a copy when a training picture, of any concept, is nearer than the 5th percentile of the \
        distances between real pictures of one concept from different sources; distances as for diversity. The nearest \
        of many pictures is nearer than one of a pair: what share of real pictures the rule calls copies that the model \
        was not trained on, and how many generated ones are nearer than the nearest 5 % of these, is the calibration.
        """

    /// Finds the threshold, and whether each generated picture is a copy; nil when no concept has real pictures from
    /// two sources. Throws `RetrievalError.widths`.
    ///
    /// - Parameter unlearned: Rows of `real` that are not training pictures.
    static func find(
        generated: ConceptPictures, training: EmbeddedItems, real: ConceptPictures, unlearned: [Int], concepts: Int
    ) throws -> (copying: Copying, copies: [Bool])? {
        let distances = distancesBetweenSources(real, concepts: concepts).sorted()
        guard !distances.isEmpty else { return nil }
        let threshold = Bootstrap.quantile(percentile, of: distances)
        let nearest = try nearestDistances(of: generated.directions, in: training)
        let copies = nearest.map { $0 < threshold }
        let ofReal = unlearned.isEmpty ? [] : try nearestDistances(of: real.directions, in: training)
        let calibration = CopyingCalibration(
            generated: nearest, real: unlearned.map { ofReal[$0] }, threshold: threshold)
        return (
            Copying(
                share: CopyingCalibration.share(of: nearest, below: threshold), threshold: threshold,
                pairs: distances.count, calibration: calibration), copies
        )
    }

    /// Returns each picture's distance to the nearest training picture.
    private static func nearestDistances(of pictures: EmbeddedItems, in training: EmbeddedItems) throws -> [Double] {
        let distance = PictureDistances(pictures.vectors)
        return try ExactSearch(training).nearest(to: pictures, count: 1).enumerated().map { row, hits in
            hits.first.map { distance(row, training.vectors, $0.index) } ?? .infinity
        }
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
