import Foundation
import Retrieval
import TensorCore
import Testing

@testable import Evaluation

/// The metrics compared with NumPy, SciPy and scikit-learn (`Training/fixtures/generation_fixtures.py`).
///
/// Features are bit for bit those of the fixture; rows are normalised in single precision here, so distances agree to
/// 1e-6.
@Suite struct GenerationMetricsTests {
    struct Expected: Decodable {
        let generated: [Int]
        let real: [Int]
        let sources: [String]
        let soundOfPicture: [Int]
        let ranks: [Int]
        let heldOutRanks: [Int]
        let diversity: [Double?]
        let threshold: Double
        let pairs: Int
        let copies: [Bool]
        let unlearned: [Int]
        let shareOfReal: Double
        let calibratedThreshold: Double
        let calibratedShare: Double
        let frechet: Double
        let frechetOfFew: Double
        let audioImage: Double
        let imageImage: Double

        enum CodingKeys: String, CodingKey {
            case generated, real, sources, ranks, diversity, threshold, pairs, copies, unlearned, frechet
            case soundOfPicture = "sound_of_picture"
            case heldOutRanks = "held_out_ranks"
            case shareOfReal = "share_of_real"
            case calibratedThreshold = "calibrated_threshold"
            case calibratedShare = "calibrated_share"
            case frechetOfFew = "frechet_of_few"
            case audioImage = "AIS"
            case imageImage = "IIS"
        }
    }

    static let concepts = 6
    let expected: Expected
    let file: SafetensorsFile
    let generated: ConceptPictures
    let real: ConceptPictures
    let training: EmbeddedItems

    init() throws {
        let found = try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: fixture("generation/expected.json")))
        expected = found
        file = try SafetensorsFile(contentsOf: fixture("generation/features.safetensors"))
        generated = try ConceptPictures(
            features: file.tensor("generated"), concepts: found.generated, sources: found.generated.map { "\($0)" },
            source: "generated"
        ) { "\($0)" }
        real = try ConceptPictures(
            features: file.tensor("real"), concepts: found.real, sources: found.sources, source: "real"
        ) { "\($0)" }
        training = try EmbeddedItems(file.tensor("training").normalized(), source: "training") { "\($0)" }
    }

    @Test func theProbeIsScikitLearnsRidge() throws {
        let probe = try ConceptProbe(real, rows: Array(0..<real.count), concepts: Self.concepts)
        #expect(try probe.predictions(of: generated, rows: Array(0..<generated.count)).ranks == expected.ranks)
        let ceiling = try #require(try ProbeCeiling(real, concepts: Self.concepts))
        let held = expected.heldOutRanks
        #expect(ceiling.folds == 3 && ceiling.pictures == held.count)
        #expect(ceiling.top1 == Double(held.count { $0 == 1 }) / Double(held.count))
        #expect(ceiling.top5 == Double(held.count { $0 <= 5 }) / Double(held.count))
    }

    @Test func diversityIsThatOfSciPy() throws {
        let found = Diversity.ratios(generated: generated, real: real, concepts: Self.concepts)
        for (found, expected) in zip(found, expected.diversity) {
            #expect((found == nil) == (expected == nil))
            if let found, let expected { #expect(abs(found - expected) < 1e-6) }
        }
        let diversity = Diversity([0.25, nil, 0.5, 0.75])
        #expect(diversity.mean == 0.5 && diversity.concepts == 3 && diversity.atLeastHalf == 2)
        #expect(Diversity([nil]).mean == nil)
    }

    @Test func copyingIsThatOfNumPyAndSciPy() throws {
        let (copying, copies) = try #require(
            try Copying.find(
                generated: generated, training: training, real: real, unlearned: expected.unlearned,
                concepts: Self.concepts))
        #expect(abs(copying.threshold - expected.threshold) < 1e-6 && copying.pairs == expected.pairs)
        #expect(copies == expected.copies)
        #expect(copying.share == Double(copies.count { $0 }) / Double(copies.count))
        let calibration = try #require(copying.calibration)
        #expect(calibration.pictures == expected.unlearned.count)
        #expect(calibration.shareOfReal == expected.shareOfReal && calibration.share == expected.calibratedShare)
        #expect(abs(calibration.threshold - expected.calibratedThreshold) < 1e-6)
        // With a single source there is no ceiling and no rule for copies.
        let alone = try ConceptPictures(
            features: real.features, concepts: real.concepts, sources: real.concepts.map { _ in "one" }, source: "real"
        ) { "\($0)" }
        #expect(
            try Copying.find(
                generated: generated, training: training, real: alone, unlearned: [], concepts: Self.concepts) == nil)
        #expect(try ProbeCeiling(alone, concepts: Self.concepts) == nil)
    }

    /// SciPy's square root of a singular product keeps about half its digits, so the tolerance there is 1e-5.
    @Test func frechetDistanceIsThatOfSciPy() throws {
        let shown = (0..<real.count).filter { expected.generated.contains(real.concepts[$0]) }
        let features = real.features
        let whole = try FrechetDistance(generated: generated.features, real: features.gathered(shown))
        #expect(abs(whole.value - expected.frechet) < 1e-8 * expected.frechet)
        #expect(whole.generated == 30 && whole.real == 27 && whole.channels == 24)
        let few = try FrechetDistance(
            generated: generated.features.gathered(Array(stride(from: 0, to: 30, by: 3))),
            real: features.gathered(Array(stride(from: 0, to: 31, by: 2))))
        #expect(abs(few.value - expected.frechetOfFew) < 1e-5 * expected.frechetOfFew)
        let same = try FrechetDistance(generated: features, real: features)
        #expect(same.value < 1e-9)
    }

    @Test func similaritiesFollowTheirDefinitions() throws {
        let sounds = SoundPictures(
            pictures: Array(0..<generated.count), soundOfPicture: expected.soundOfPicture,
            pictureVectors: try file.tensor("seen"), soundVectors: try file.tensor("sounds"))
        let found = Similarities(generated: generated, real: real, sounds: sounds, ranks: expected.ranks)
        #expect(found.audioImage.map { abs($0 - expected.audioImage) < 1e-12 } ?? false)
        #expect(found.imageImage.map { abs($0 - expected.imageImage) < 1e-6 } ?? false)
        #expect(found.content == Double(expected.ranks.count { $0 == 1 }) / 30)
        #expect(found.sounds == 7 && found.pictures == 30)
        let none = Similarities(generated: generated, real: real, sounds: nil, ranks: expected.ranks)
        #expect(none.audioImage == nil && none.content == nil && none.imageImage == found.imageImage)
    }

    /// A tie with its own counts against a picture; a single sound gives no similarity.
    @Test func tiesAndLonelySounds() {
        #expect(PoolShare.below(0.5, [0.5, 0.25, 0.75, 0]) == 0.5)
        let row = Tensor([1, 0], shape: [1, 2])
        let alone = SoundPictures(pictures: [0], soundOfPicture: [0], pictureVectors: row, soundVectors: row)
        #expect(alone.audioImageSimilarity == nil)
    }

    @Test func theEvaluationIsMadeOfTheseParts() throws {
        let names = (0..<Self.concepts).map { "concept \($0)" }
        let found = try GenerationEvaluation(
            generated: generated, real: real, training: training, unlearned: [], sounds: nil, names: names,
            bootstrap: Bootstrap(replicates: 50))
        #expect(found.recognition.top1.value == Double(expected.ranks.count { $0 == 1 }) / 30)
        // Concepts that were never generated have no result.
        #expect(found.concepts.map(\.concept) == Array(names.prefix(5)))
        #expect(found.concepts.map(\.generated) == [8, 8, 7, 6, 1] && found.concepts.map(\.real) == [8, 7, 6, 5, 1])
        #expect(found.concepts.compactMap(\.copies).reduce(0, +) == expected.copies.count { $0 })
        #expect(found.frechet.map { abs($0.value - expected.frechet) < 1e-6 } ?? false)
        #expect(found.ceiling != nil && found.diversity.concepts == 4)
    }
}
