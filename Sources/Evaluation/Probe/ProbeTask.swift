import Foundation
import LatentStore
import Retrieval
import TensorCore

/// A probe of frozen features as the user asks for it: a linear one and weighted nearest neighbours, trained on one set of
/// latents and tested on another, or on the folds of one.
public struct ProbeTask: Sendable {
    public var train: String
    /// Latents to test on; nil tests each fold of `train` with the others.
    public var test: String?
    /// Table of labels of all items.
    public var labels: String
    /// Table of labels of the test items, where ids of the two sets may be alike.
    public var testLabels: String?
    /// Names of the matrices to take of `.safetensors` files with several; nil takes the only one.
    public var tensors: (train: String?, test: String?) = (nil, nil)
    public var folds = 5
    public var neighbours = 20
    public var temperature = 0.07
    /// The linear probe's C; nil chooses the best on a part of the training items.
    public var strength: Double?
    /// Seed of folds and of the part to choose by.
    public var seed: UInt64 = 0
    public var bootstrap: Bootstrap

    public init(train: String, labels: String, bootstrap: Bootstrap = Bootstrap()) {
        (self.train, self.labels, self.bootstrap) = (train, labels, bootstrap)
    }

    /// Throws `DatasetError`, `LatentError`, `TensorFileError`, `ProbeError`, `RetrievalError`.
    public func report() throws -> ProbeReport {
        let clock = ContinuousClock()
        let start = clock.now
        let rounds = try rounds()
        let classes = Set(rounds.flatMap { $0.training.labels + $0.test.labels }).sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        let indices = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
        var (linear, voted): ([Double], [Double]) = ([], [])
        var strengths: [Double] = []
        for (training, test) in rounds {
            guard Set(training.labels).count > 1 else { throw ProbeError.oneClass(label: training.labels[0]) }
            let probe = try LinearProbe(training, indices: indices, strength: strength, seed: seed)
            strengths.append(probe.strength)
            linear += probe.regression.scores(of: FeatureRows(test.vectors))
            voted += try NeighbourVote(count: neighbours, temperature: temperature).scores(
                of: test.vectors, among: training.vectors, labels: training.labels.map { indices[$0, default: 0] },
                classes: classes.count)
        }
        let tested = rounds.flatMap { zip($0.test.labels, $0.test.groups) }
        let metrics = [linear, voted].map { scores in
            ClassificationMetrics(
                ClassPredictions(
                    scores: scores, truths: tested.map { indices[$0.0, default: 0] }, classes: classes.count),
                labels: classes, groups: tested.map(\.1).numbered(), bootstrap: bootstrap)
        }
        return ProbeReport(
            self, linear: metrics[0], neighbours: metrics[1], strengths: strengths, groups: Set(tested.map(\.1)).count,
            trainingItems: rounds.map(\.training.count), seconds: (clock.now - start) / .seconds(1))
    }

    private func rounds() throws -> [(training: LabelledLatents, test: LabelledLatents)] {
        let training = try LatentSet(contentsOf: URL(filePath: train), tensor: tensors.train)
        guard let test else {
            let items = try labelled(training, of: train, by: labels, also: [])
            return try items.folds(folds, seed: seed).map { held in
                let kept = Set(items.labels.indices).subtracting(held).sorted()
                return (items.rows(kept), items.rows(held))
            }
        }
        let tested = try LatentSet(contentsOf: URL(filePath: test), tensor: tensors.test)
        let ids = (training: Set(training.ids), test: Set(tested.ids))
        if testLabels == nil, let id = tested.ids.first(where: ids.training.contains) {
            throw ProbeError.shared(id: id)
        }
        guard training.channels == tested.channels else {
            throw ProbeError.widths(train: training.channels, test: tested.channels)
        }
        let isShared = testLabels == nil
        return [
            (
                try labelled(training, of: train, by: labels, also: isShared ? ids.test : []),
                try labelled(tested, of: test, by: testLabels ?? labels, also: isShared ? ids.training : [])
            )
        ]
    }

    /// The rows of a set that a table gives labels. Throws `DatasetError`, `RetrievalError.notFinite`.
    ///
    /// - Parameter others: Ids of another set that the table may name too.
    private func labelled(
        _ set: LatentSet, of path: String, by table: String, also others: Set<String>
    ) throws -> LabelledLatents {
        let items = try LabelTable.items(at: URL(filePath: table))
        let known = others.union(set.ids)
        if let stray = items.first(where: { !known.contains($0.id) }) {
            throw DatasetError.unknownItem(file: table, id: stray.id, in: path)
        }
        _ = try EmbeddedItems(set.vectors, source: path) { set.ids[$0] }
        return try LabelledLatents(set, items: items, table: table)
    }
}
