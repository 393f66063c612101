import Foundation
import LatentStore
import Retrieval
import TensorCore
import TestSupport
import Testing

@testable import Evaluation

/// Probes compared with scikit-learn's (`Training/fixtures/probe_fixtures.py`), and by hand.
@Suite struct ProbeTests {
    private struct Expected: Decodable {
        struct Linear: Decodable {
            let strength: Double
            let weight: [Double]
            let bias: [Double]
            let scores: [Double]
        }

        let trainLabels: [Int]
        let testLabels: [Int]
        let linear: [Linear]
        let votes: [Double]

        enum CodingKeys: String, CodingKey {
            case linear, votes
            case trainLabels = "train_labels"
            case testLabels = "test_labels"
        }
    }

    private let expected: Expected
    private let train: Tensor
    private let test: Tensor

    init() throws {
        expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: fixture("probe/expected.json")))
        let file = try SafetensorsFile(contentsOf: fixture("probe/probe.safetensors"))
        (train, test) = (try file.tensor("train"), try file.tensor("test"))
    }

    private func furthest(_ a: [Double], _ b: [Double]) -> Double {
        a.count == b.count ? zip(a, b).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0 : .infinity
    }

    /// Each from nothing, and from the solution of the strength before.
    @Test func logisticRegressionIsThatOfScikitLearn() throws {
        let features = FeatureRows(train)
        var last: LogisticRegression?
        for reference in expected.linear {
            for start in [nil, last] {
                let found = LogisticRegression(
                    features, labels: expected.trainLabels, classes: 5, strength: reference.strength, start: start)
                #expect(furthest(found.weight, reference.weight) < 1e-5, "C \(reference.strength)")
                #expect(furthest(found.scores(of: FeatureRows(test)), reference.scores) < 1e-4)
                last = found
            }
        }
    }

    @Test func neighboursVoteAsInScikitLearn() throws {
        let votes = try NeighbourVote().scores(of: test, among: train, labels: expected.trainLabels, classes: 5)
        let shares = stride(from: 0, to: votes.count, by: 5).flatMap { start in
            let row = votes[start..<start + 5]
            return row.map { $0 / row.reduce(0, +) }
        }
        #expect(furthest(shares, expected.votes) < 1e-4)
    }

    private func written(_ scratch: TemporaryFolder) throws -> ProbeTask {
        for (name, vectors) in [("train", train), ("test", test)] {
            try LatentSet(ids: (0..<vectors.shape[0]).map { "\(name) \($0)" }, vectors: vectors)
                .write(to: scratch.url("\(name).safetensors"))
        }
        let labels =
            expected.trainLabels.enumerated().map { "train \($0)\tclass \($1)\tgroup \($0 / 10)\n" }
            + expected.testLabels.enumerated().map { "test \($0)\tclass \($1)\n" }
        try scratch.write("labels.tsv", labels.joined())
        try scratch.write("train-labels.tsv", labels.prefix(150).joined())
        return ProbeTask(
            train: scratch.path("train.safetensors"), labels: scratch.path("labels.tsv"),
            bootstrap: Bootstrap(replicates: 20))
    }

    @Test func oneSetIsTestedOnAnother() throws {
        let scratch = try TemporaryFolder()
        var task = try written(scratch)
        task.test = scratch.path("test.safetensors")
        task.strength = 1
        let report = try task.report()
        let right = expected.testLabels.enumerated().count { row, label in
            let scores = expected.linear[1].scores[row * 5..<row * 5 + 5]
            return scores.firstIndex(of: scores.max() ?? 0) == row * 5 + label
        }
        #expect(report.linear.top1.value == Double(right) / 60 && report.linear.items == 60)
        #expect(report.linear.top5.value == 1 && report.neighbours.top1.value > 0.4 && report.groups == 60)
        task.strength = nil
        let chosen = try task.report()
        #expect(chosen.strengths.count == 1 && chosen.linear.top1.value > 0.5)
        #expect(try task.report().linear == chosen.linear)
    }

    /// Every item is tested once, and no group is trained on and tested at once.
    @Test func foldsKeepGroupsTogether() throws {
        let scratch = try TemporaryFolder()
        var task = try written(scratch)
        task.labels = scratch.path("train-labels.tsv")
        let set = try LatentSet(contentsOf: scratch.url("train.safetensors"))
        let items = try LabelledLatents(
            set, items: LabelTable.items(at: scratch.url("labels.tsv")), table: "labels.tsv")
        let folds = try items.folds(4, seed: 1)
        #expect(folds.joined().sorted() == Array(0..<150))
        let groups = folds.map { Set($0.map { items.groups[$0] }) }
        #expect(groups.map(\.count).sorted() == [3, 4, 4, 4] && Set(groups.joined()).count == 15)
        #expect(try items.folds(4, seed: 2) != folds)
        let report = try task.report()
        #expect(report.folds == 5 && report.linear.items == 150 && report.trainingItems.count == 5)
        #expect(report.groups == 15 && report.linear.top1.value > 0.5)
    }

    @Test func whatCannotBeProbedIsOneSentence() throws {
        let scratch = try TemporaryFolder()
        var task = try written(scratch)
        task.test = task.train
        #expect(throws: ProbeError.shared(id: "train 0")) { try task.report() }
        (task.test, task.labels) = (nil, scratch.path("train-labels.tsv"))
        task.folds = 16
        #expect(throws: ProbeError.fewGroups(found: 15, needed: 16)) { try task.report() }
        task.folds = 5
        try scratch.write("train-labels.tsv", (0..<150).map { "train \($0)\tone\n" }.joined())
        #expect(throws: ProbeError.oneClass(label: "one")) { try task.report() }
        // A label of an item that no set holds is a mistake in one of them.
        try scratch.write("train-labels.tsv", "other\tone\n")
        #expect(throws: DatasetError.unknownItem(file: scratch.path("train-labels.tsv"), id: "other", in: task.train)) {
            try task.report()
        }
    }
}
