import FuseMix
import Retrieval

/// An evaluation of generated pictures, by the features of one encoder.
public struct GenerationEvaluation: Sendable {
    /// Accuracy of the probe on the concepts that the pictures should show; intervals are over concepts.
    public let recognition: ClassificationMetrics
    /// Ceiling of the probe; nil when all real pictures come from one source.
    public let ceiling: ProbeCeiling?
    /// Results for the concepts that were generated.
    public let concepts: [ConceptResult]
    public let diversity: Diversity
    /// Share of copies; nil when no concept has real pictures from two sources.
    public let copying: Copying?
    /// Fréchet distance; nil when there is only one picture of either kind.
    public let frechet: FrechetDistance?
    public let similarities: Similarities

    /// - Parameters:
    ///   - training: The model's training pictures.
    ///   - unlearned: Rows of `real` that are not training pictures.
    ///   - names: Names of the concepts, at least two, by index.
    /// - Throws: `BaselineError`, `RetrievalError`.
    init(
        generated: ConceptPictures, real: ConceptPictures, training: EmbeddedItems, unlearned: [Int],
        sounds: SoundPictures?, names: [String], bootstrap: Bootstrap
    ) throws {
        let probe = try ConceptProbe(real, rows: Array(0..<real.count), concepts: names.count)
        let predictions = try probe.predictions(of: generated, rows: Array(0..<generated.count))
        let recognition = ClassificationMetrics(
            predictions, labels: names, groups: Self.groups(generated.concepts), bootstrap: bootstrap)
        let ratios = Diversity.ratios(generated: generated, real: real, concepts: names.count)
        let copying = try Copying.find(
            generated: generated, training: training, real: real, unlearned: unlearned, concepts: names.count)
        self.recognition = recognition
        ceiling = try ProbeCeiling(real, concepts: names.count)
        diversity = Diversity(ratios)
        self.copying = copying?.copying
        frechet = try Self.frechet(generated, real)
        similarities = Similarities(generated: generated, real: real, sounds: sounds, ranks: predictions.ranks)
        concepts = Set(generated.concepts).sorted().map { concept in
            let pictures = generated.pictures(of: concept)
            func share(within depth: Int) -> Double {
                Double(pictures.count { predictions.ranks[$0] <= depth }) / Double(pictures.count)
            }
            return ConceptResult(
                concept: names[concept], generated: pictures.count, real: real.pictures(of: concept).count,
                top1: share(within: 1), top5: share(within: 5), diversity: ratios[concept],
                copies: copying.map { copying in pictures.count { copying.copies[$0] } },
                mistakenFor: recognition.perClass[concept].mistakenFor)
        }
    }

    private static func frechet(_ generated: ConceptPictures, _ real: ConceptPictures) throws -> FrechetDistance? {
        let shown = Set(generated.concepts)
        let rows = (0..<real.count).filter { shown.contains(real.concepts[$0]) }
        guard generated.count >= 2, rows.count >= 2 else { return nil }
        return try FrechetDistance(generated: generated.features, real: real.features.gathered(rows))
    }

    /// Returns group numbers from 0 without gaps, so that pictures of one concept are resampled together.
    private static func groups(_ concepts: [Int]) -> [Int] {
        var groups: [Int: Int] = [:]
        return concepts.map { concept in
            let group = groups[concept, default: groups.count]
            groups[concept] = group
            return group
        }
    }
}

/// Results for the pictures of one concept.
public struct ConceptResult: Sendable, Codable, Equatable {
    public let concept: String
    /// Number of its generated pictures, and of its real ones.
    public let generated: Int
    public let real: Int
    /// Share of its generated pictures for which the probe ranks it first, or among the first five.
    public let top1: Double
    public let top5: Double
    /// Ratio of diversities; nil where it has fewer than two pictures of either kind.
    public let diversity: Double?
    /// Number of generated pictures that are copies; nil when that cannot be determined.
    public let copies: Int?
    /// The most frequent wrong prediction for its pictures; nil when there is none.
    public let mistakenFor: String?

    enum CodingKeys: String, CodingKey {
        case concept, generated, real, top1, top5, diversity, copies
        case mistakenFor = "mistaken_for"
    }
}
