import TensorCore
import Testing

@testable import FuseMix

@Suite struct ValidatorTests {
    /// Written out by hand: 3 x with 4 y, x0 has two captions, y3 stands beside y2 in every respect.
    @Test func scoresByHand() {
        let pairs = PairList(
            xRows: [7, 7, 8, 9], yRows: [1, 2, 3, 4], groups: ["dog", "dog", "cat", "cat"])
        let validator = Validator(pairs, validation: [0, 1, 2, 3])
        #expect(validator.xRows == [7, 8, 9] && validator.yRows == [1, 2, 3, 4])
        let x = Tensor([1, 0, 0, 1, 0, 1], shape: [3, 2])
        let y = Tensor([1, 0, 0.8, 0.6, 0, 1, 0, 1], shape: [4, 2])
        let score = validator.score(x: x, y: y)
        // x7 finds y1; x8 and x9 find y3 and y4 tied, one of them wrong, both cats.
        #expect(score.recallXToY == 1.0 / 3)
        #expect(score.classAccuracy == 1)
        // y1 and y2 find x7; y3 and y4 find x8 and x9 tied.
        #expect(score.recallYToX == 0.5)
        #expect(score.recall == (1.0 / 3 + 0.5) / 2)
    }

    /// What is not a number finds nothing.
    @Test func notANumber() {
        let pairs = PairList(xRows: [0, 1], yRows: [0, 1], groups: ["a", "b"])
        let validator = Validator(pairs, validation: [0, 1])
        let y = Tensor([1, 0, 0, 1], shape: [2, 2])
        let score = validator.score(x: Tensor([.nan, 0, 0, 1], shape: [2, 2]), y: y)
        #expect(score.recallXToY == 0.5)
    }
}
