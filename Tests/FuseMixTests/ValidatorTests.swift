import TensorCore
import Testing

@testable import FuseMix

@Suite struct ValidatorTests {
    /// A hand-made example: 3 x with 4 y, x7 has two captions, and y4 equals y3. One pair is for training, one for
    /// test.
    let pairs = PairList(
        xRows: [7, 7, 8, 9, 10, 11], yRows: [1, 2, 3, 4, 5, 6], groups: ["dog", "dog", "cat", "cat", "bird", "fish"],
        parts: [.validation, .validation, .validation, .validation, .train, .test])
    let x: [Int: [Float]] = [7: [1, 0], 8: [0, 1], 9: [0, 1]]
    let y: [Int: [Float]] = [1: [1, 0], 2: [0.8, 0.6], 3: [0, 1], 4: [0, 1], 5: [1, 0], 6: [0, 1]]

    private func score(by selection: TrainingSettings.Selection) throws -> ValidationScore {
        let split = try PairSplit(pairs, by: .fraction(0), seed: 0)
        func points(_ rows: [Int], of side: [Int: [Float]]) -> Tensor {
            Tensor(rows.flatMap { side[$0] ?? [] }, shape: [rows.count, 2])
        }
        return Validator(pairs, split, selection: selection).score(
            x: { points($0, of: x) }, y: { points($0, of: y) })
    }

    @Test(arguments: TrainingSettings.Selection.allCases)
    func recalls(selection: TrainingSettings.Selection) throws {
        let score = try score(by: selection)
        // x7 finds y1; x8 and x9 find y3 and y4 tied, one of them wrong.
        #expect(score.recallXToY == 1.0 / 3)
        // y1 and y2 find x7; y3 and y4 find x8 and x9 tied.
        #expect(score.recallYToX == 0.5)
        #expect(score.recall == (1.0 / 3 + 0.5) / 2)
        // All of them are among the first five.
        #expect(abs(score.meanRecall - (1.0 / 3 + 0.5 + 4) / 6) <= 1e-15)
        #expect((score.classAccuracy != nil) == (selection == .classAccuracy))
    }

    /// For x7 the right dog ties with the bird of the training pairs; x8 and x9 find two cats; the fish is for test and
    /// not a query.
    @Test func classes() throws {
        let score = try score(by: .classAccuracy)
        #expect(score.classAccuracy == 2.0 / 3 && score.value(.classAccuracy) == 2.0 / 3)
    }

    /// A vector that is not a number finds nothing.
    @Test func notANumber() throws {
        let pairs = PairList(xRows: [0, 1], yRows: [0, 1], groups: ["a", "b"], parts: [.validation, .train])
        let split = try PairSplit(pairs, by: .fraction(0), seed: 0)
        let score = Validator(pairs, split, selection: .classAccuracy).score(
            x: { Tensor([Float](repeating: .nan, count: 2 * $0.count), shape: [$0.count, 2]) },
            y: { Tensor([Float](repeating: 1, count: 2 * $0.count), shape: [$0.count, 2]) })
        #expect(score.recallXToY == 0 && score.meanRecall == 0 && score.classAccuracy == 0)
    }

    /// There are more candidates than one block holds: the last one is the right one, or tied with the first.
    @Test(arguments: [(Float(0.5), 1.0), (1, 0)])
    func manyChoices(first: Float, expected: Double) throws {
        let count = 5000
        let pairs = PairList(
            xRows: Array(0..<count), yRows: Array(0..<count), groups: (0..<count).map(String.init),
            parts: (0..<count).map { $0 == count - 1 ? .validation : .train })
        let split = try PairSplit(pairs, by: .fraction(0), seed: 0)
        let score = Validator(pairs, split, selection: .classAccuracy).score(
            x: { Tensor([Float](repeating: 1, count: $0.count), shape: [$0.count, 1]) },
            y: { Tensor($0.map { $0 == 0 ? first : $0 == count - 1 ? 1 : 0 }, shape: [$0.count, 1]) })
        #expect(score.classAccuracy == expected)
    }
}
