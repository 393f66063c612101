import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Retrieval

/// The metrics compared with other projects' definitions on stored embeddings
/// (`Training/fixtures/retrieval_fixtures.py`) and with hand-computed values.
@Suite struct RetrievalEvaluationTests {
    private struct Expected: Decodable {
        struct Case: Decodable {
            let xToY: [String: Double]
            let yToX: [String: Double]
            /// Intervals of R@1 in both directions, of the second direction's median rank, and of rsum.
            let intervals: [[Double]]

            private enum CodingKeys: String, CodingKey {
                case xToY = "x_to_y"
                case yToX = "y_to_x"
                case intervals
            }
        }

        let seed: UInt64
        let replicates: Int
        let single: Case
        let captions: Case
    }

    private func url(_ name: String) throws -> URL {
        try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil)).appending(path: name)
    }

    private func expectMetrics(_ found: RetrievalMetrics, _ expected: [String: Double]) throws {
        let values: [String: Estimate?] = [
            "R@1": found.recall(at: 1), "R@5": found.recall(at: 5), "R@10": found.recall(at: 10),
            "median_rank": found.medianRank, "mean_rank": found.meanRank, "MRR": found.meanReciprocalRank,
            "mAP@10": found.meanAveragePrecisionAt10,
        ]
        #expect(values.count == expected.count)
        for (name, value) in values {
            let value = try #require(value)
            #expect(abs(value.value - (expected[name] ?? .nan)) < 1e-12, "\(name)")
            #expect(value.low <= value.value && value.value <= value.high, "\(name)")
        }
    }

    @Test(arguments: [1, 5]) func definitionsOfOtherProjects(captions: Int) throws {
        let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: url("expected.json")))
        let name = captions == 1 ? "single" : "captions"
        let file = try SafetensorsFile(contentsOf: url("\(name).safetensors"))
        let x = try EmbeddedItems(file.tensor("x"), source: "x") { "\($0)" }
        let y = try EmbeddedItems(file.tensor("y"), source: "y") { "\($0)" }
        let found = try RetrievalEvaluation(
            x: x, y: y, pairs: (0..<y.count).map { RetrievalPair(x: $0 / captions, y: $0, group: $0 / captions) },
            bootstrap: Bootstrap(replicates: expected.replicates, seed: expected.seed))
        let reference = captions == 1 ? expected.single : expected.captions
        try expectMetrics(found.xToY, reference.xToY)
        try expectMetrics(found.yToX, reference.yToX)
        let intervals = [
            try #require(found.xToY.recall(at: 1)), try #require(found.yToX.recall(at: 1)), found.yToX.medianRank,
            found.rsum,
        ]
        for (interval, bounds) in zip(intervals, reference.intervals) {
            #expect(abs(interval.low - bounds[0]) < 1e-9 && abs(interval.high - bounds[1]) < 1e-9)
        }
        #expect(found.groups == x.count)
        #expect(found.yToX.queries == y.count && found.yToX.candidates == x.count)
    }

    /// One side is perfect; the other side's second caption is nearer to the wrong image.
    @Test func byHand() throws {
        let x = try items([[1, 0], [0, 1]])
        let y = try items([[1, 0], [0.4, 0.6], [0, 1]])
        let pairs = [(0, 0), (0, 1), (1, 2)].map { RetrievalPair(x: $0.0, y: $0.1, group: $0.0) }
        let found = try RetrievalEvaluation(x: x, y: y, pairs: pairs)
        #expect(found.xToY.recall(at: 1)?.value == 1)
        // The first image's captions come first and second, the other's first.
        #expect(found.xToY.meanAveragePrecisionAt10.value == 1)
        #expect(found.yToX.recall(at: 1)?.value == 2.0 / 3)
        #expect(found.yToX.meanRank.value == 4.0 / 3)
        #expect(found.yToX.recall(at: 10)?.value == 1)
        #expect(abs(found.rsum.value - 100 * (3 + 2.0 / 3 + 2)) < 1e-9)
    }

    @Test func furtherDepths() throws {
        var random = SplitMix(state: 5)
        let x = try items(random.vectors(60, 4)), y = try items(random.vectors(60, 4))
        let pairs = (0..<60).map { RetrievalPair(x: $0, y: $0, group: $0) }
        let found = try RetrievalEvaluation(x: x, y: y, pairs: pairs, depths: [50, 1, 3])
        #expect(found.xToY.recalls.map(\.depth) == [1, 3, 5, 10, 50])
        let ranks = try QueryRanks(of: x, among: y, Relevance((0..<60).map { ($0, $0) }, queryCount: 60)).best
        for recall in found.xToY.recalls {
            #expect(recall.share.value == Double(ranks.count { $0 <= recall.depth }) / 60)
        }
        #expect(found.xToY.recall(at: 4) == nil)
        // Further depths change no other figure.
        #expect(try RetrievalEvaluation(x: x, y: y, pairs: pairs).rsum == found.rsum)
    }

    /// The folds are those that are evaluated by themselves, captions in any order.
    @Test func folds() throws {
        var random = SplitMix(state: 6)
        let images = random.vectors(20, 6), captions = random.vectors(40, 6)
        let pairs = (0..<40).map { RetrievalPair(x: $0 % 20, y: $0, group: $0 % 20) }
        let whole = try RetrievalEvaluation(x: items(images), y: items(captions), pairs: pairs, folds: 4)
        let alone = try (0..<4).map { fold in
            let rows = Array(fold * 5..<fold * 5 + 5)
            return try RetrievalEvaluation(
                x: items(rows.map { images[$0] }), y: items((rows + rows.map { $0 + 20 }).map { captions[$0] }),
                pairs: (0..<10).map { RetrievalPair(x: $0 % 5, y: $0, group: $0 % 5) })
        }
        #expect(whole.folds == 4 && whole.xToY.queries == 20 && whole.xToY.candidates == 10)
        let means = [alone.map(\.rsum.value), alone.map(\.yToX.meanRank.value)].map { $0.reduce(0, +) / 4 }
        #expect(abs(whole.rsum.value - means[0]) < 1e-9 && abs(whole.yToX.meanRank.value - means[1]) < 1e-9)
        #expect(whole.rsum.low <= whole.rsum.value && whole.rsum.value <= whole.rsum.high)
        #expect(throws: RetrievalError.fewGroups(found: 20, folds: 21)) {
            try RetrievalEvaluation(x: items(images), y: items(captions), pairs: pairs, folds: 21)
        }
    }

    @Test func nothingToEvaluate() throws {
        #expect(throws: RetrievalError.noPairs) {
            try RetrievalEvaluation(x: items([[1]]), y: items([[1]]), pairs: [])
        }
    }

    /// Half-precision rows give the same result as the same numbers in single precision.
    @Test func halfPrecision() throws {
        var random = SplitMix(state: 9)
        let x = Tensor(random.vectors(50, 16).flatMap(\.self), shape: [50, 16]).float16()
        let y = Tensor(random.vectors(50, 16).flatMap(\.self), shape: [50, 16]).float16()
        let pairs = (0..<50).map { RetrievalPair(x: $0, y: $0, group: $0) }
        func evaluated(_ x: Tensor, _ y: Tensor) throws -> RetrievalMetrics {
            try RetrievalEvaluation(
                x: EmbeddedItems(x, source: "x") { "\($0)" }, y: EmbeddedItems(y, source: "y") { "\($0)" },
                pairs: pairs
            ).xToY
        }
        #expect(try evaluated(x, y) == evaluated(x.float32(), y.float32()))
    }
}
