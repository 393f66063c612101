import FuseMix
import Retrieval
import TensorCore

/// What generated pictures are worth, by the features of one encoder.
public struct GenerationEvaluation: Sendable {
    /// How often the probe takes pictures for what they were to show; intervals are over concepts.
    public let recognition: ZeroShotMetrics
    /// Nil when all real pictures come from one source.
    public let ceiling: ProbeCeiling?
    /// Of the concepts that were generated.
    public let concepts: [ConceptResult]
    public let diversity: Diversity
    /// Nil when that cannot be told: no concept has real pictures of two sources.
    public let copying: Copying?
    /// Nil when there is one picture of either kind only.
    public let frechet: FrechetDistance?
    public let similarities: Similarities

    /// - Parameters:
    ///   - training: Pictures that the model was trained on.
    ///   - unlearned: Rows of `real` that are none of these.
    ///   - names: Names of the concepts, at least two, by index.
    /// - Throws: `BaselineError`, `RetrievalError`.
    init(
        generated: ConceptPictures, real: ConceptPictures, training: EmbeddedItems, unlearned: [Int],
        sounds: SoundPictures?, names: [String], bootstrap: Bootstrap
    ) throws {
        let probe = try ConceptProbe(real, rows: Array(0..<real.count), concepts: names.count)
        let predictions = try probe.predictions(of: generated, rows: Array(0..<generated.count))
        let recognition = ZeroShotMetrics(
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

    /// Pictures of one concept are drawn together: numbers from 0 without gaps.
    private static func groups(_ concepts: [Int]) -> [Int] {
        var groups: [Int: Int] = [:]
        return concepts.map { concept in
            let group = groups[concept, default: groups.count]
            groups[concept] = group
            return group
        }
    }
}

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
