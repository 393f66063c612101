import Foundation
import Retrieval
import TensorCore
import TestSupport
import Testing

@testable import Evaluation

@Suite struct ZeroShotTests {
    private func embedded(_ rows: [[Float]]) throws -> EmbeddedItems {
        try EmbeddedItems(Tensor(rows.flatMap(\.self), shape: [rows.count, rows[0].count]), source: "test") { "\($0)" }
    }

    /// Compares with a full sort of the classes, with many ties because the numbers are small and whole.
    @Test func predictionsAreThoseOfSortingEverything() throws {
        var random = SplitMix(state: 3)
        func rows(_ count: Int) -> [[Float]] {
            (0..<count).map { _ in (0..<3).map { _ in Float(Int.random(in: -1...1, using: &random)) } }
        }
        let (items, classes) = (rows(200), rows(9))
        let truths = items.map { _ in Int.random(in: 0..<9, using: &random) }
        let found = try ClassPredictions(of: embedded(items), among: embedded(classes), truths: truths)
        for (item, truth) in truths.enumerated() {
            let scores = classes.map { zip(items[item], $0).reduce(0) { $0 + $1.0 * $1.1 } }
            let wrong = scores.indices.filter { $0 != truth && scores[$0] >= scores[truth] }
            #expect(found.ranks[item] == wrong.count + 1)
            let order = wrong.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
            #expect(found.predicted[item] == order.first ?? truth)
        }
    }

    @Test func metricsByHand() throws {
        let classes: [[Float]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        let items: [[Float]] = [[1, 0, 0], [0.2, 1, 0], [0, 1, 0], [0, 0.9, 1], [1, 0, 0.5]]
        let truths = [0, 0, 1, 1, 1]
        let predictions = try ClassPredictions(of: embedded(items), among: embedded(classes), truths: truths)
        let metrics = ClassificationMetrics(
            predictions, labels: ["a", "b", "c"], groups: [0, 1, 2, 3, 4], bootstrap: Bootstrap(replicates: 100))
        #expect(metrics.top1.value == 0.4 && metrics.top5.value == 1)
        // Recalls are one of two and one of three; class c has no items.
        #expect(abs(metrics.meanPerClass.value - (0.5 + 1.0 / 3) / 2) < 1e-12)
        #expect(metrics.confusion == [[1, 1, 0], [1, 1, 1], [0, 0, 0]])
        #expect(metrics.perClass.map(\.items) == [2, 3, 0])
        #expect(metrics.perClass.map(\.mistakenFor) == ["b", "a", nil])
        #expect(metrics.top1.low < 0.4 && metrics.top1.high > 0.4)
    }

    /// Both use the same resamples, so the difference of a method from itself has no spread, however uncertain it is.
    @Test func differencesAreOfTheSameDraws() throws {
        var random = SplitMix(state: 5)
        let items = try embedded((0..<60).map { _ in random.tensor(1, 4).floats })
        let truths = (0..<60).map { $0 % 3 }
        let first = try ClassPredictions(
            of: items, among: embedded((0..<3).map { _ in random.tensor(1, 4).floats }), truths: truths)
        let second = try ClassPredictions(
            of: items, among: embedded((0..<3).map { _ in random.tensor(1, 4).floats }), truths: truths)
        let (groups, bootstrap) = ((0..<60).map { $0 / 2 }, Bootstrap(replicates: 300))
        let none = ClassificationMetrics.difference(first, first, groups: groups, bootstrap: bootstrap)
        #expect(none == Estimate(value: 0, low: 0, high: 0))
        let some = ClassificationMetrics.difference(first, second, groups: groups, bootstrap: bootstrap)
        let accuracy = { (ranks: [Int]) in Double(ranks.count { $0 == 1 }) / 60 }
        #expect(abs(some.value - (accuracy(first.ranks) - accuracy(second.ranks))) < 1e-12)
        #expect(some.low < some.value && some.value < some.high)
    }

    @Test func prompts() throws {
        let prompts = try ClassPrompts(
            labels: ["dog_bark", "rain"], names: ["rain": "falling rain"],
            templates: ["the sound of {}", "{} is heard"])
        #expect(
            prompts.sentences == [
                ["the sound of dog bark", "dog bark is heard"], ["the sound of falling rain", "falling rain is heard"],
            ])
        for bad in ["no place", "{} and {}", ""] {
            #expect(throws: DatasetError.badTemplate(bad)) { try ClassPrompts(labels: ["a"], templates: [bad]) }
        }
        let scratch = try TemporaryFolder()
        try scratch.write("classes.tsv", "dog\ncat\ta small cat\n")
        #expect(
            try ClassPrompts(classesAt: scratch.url("classes.tsv"), templates: ["{}"]).names == ["dog", "a small cat"])
        for bad in ["dog\ndog\n", "a\tb\tc\n", ""] {
            try scratch.write("classes.tsv", bad)
            #expect(throws: DatasetError.self) {
                try ClassPrompts(classesAt: scratch.url("classes.tsv"), templates: ["{}"])
            }
        }
    }

    @Test func labels() throws {
        let scratch = try TemporaryFolder()
        try scratch.write("labels.tsv", "path\tlabel\na.wav\tdog\tr1\nb.wav\tcat\n")
        #expect(
            try LabelTable.items(at: scratch.url("labels.tsv")) == [
                LabelledItem(id: "a.wav", label: "dog", group: "r1"),
                LabelledItem(id: "b.wav", label: "cat", group: "b.wav"),
            ])
        for bad in ["a.wav\n", "a.wav\tdog\na.wav\tcat\n", "\tdog\n", "", "a\tb\tc\td\n", "path\tlabel\n"] {
            try scratch.write("labels.tsv", bad)
            #expect(throws: DatasetError.self) { try LabelTable.items(at: scratch.url("labels.tsv")) }
        }
        for file in ["clips/dog/2.wav", "clips/dog/1.wav", "clips/cat/3.wav", "clips/.hidden/4.wav", "clips/5.wav"] {
            try scratch.write(file, "")
        }
        let found = try LabelTable.items(inFoldersOf: scratch.url("clips"))
        #expect(found.map(\.id) == ["cat/3.wav", "dog/1.wav", "dog/2.wav"])
        #expect(found.map(\.label) == ["cat", "dog", "dog"])
        #expect(throws: DatasetError.self) { try LabelTable.items(inFoldersOf: scratch.url("absent")) }
        #expect(throws: DatasetError.self) { try LabelTable.items(inFoldersOf: scratch.url("clips/dog")) }
    }

    /// CLIP's templates are 80 different ones, its seven best among them; each set can be put into sentences.
    @Test func promptSets() throws {
        for set in PromptSet.allCases {
            let prompts = try ClassPrompts(labels: ["dog"], templates: set.templates)
            #expect(Set(prompts.sentences[0]).count == set.templates.count && set.templates.count > 4)
        }
        #expect(PromptSet.imagenet.templates.count == 80 && PromptSet.bestOfImageNet.templates.count == 7)
        #expect(Set(PromptSet.bestOfImageNet.templates).isSubset(of: PromptSet.imagenet.templates))
    }
}
