import Foundation
import Testing

@testable import SoundBridge
import TensorCore

@Suite struct ConditionTests {
    let words = Condition(Tensor([2, 0, 0], shape: [3]))
    let sound = Condition(Tensor([0, 3, 0], shape: [3]))

    @Test func conditionsHaveLengthOne() {
        #expect(words.vector.floats == [1, 0, 0])
        #expect(Condition(Tensor([3, 4], shape: [2])).vector.floats == [0.6, 0.8])
    }

    /// A quarter of the way along a right angle is 22.5 degrees.
    @Test(arguments: [(Float(0), 0.0), (0.25, 22.5), (0.5, 45), (1, 90)])
    func theWeightIsTheShareOfTheArc(weight: Float, degrees: Double) {
        let between = Condition.between(words: words, sound: sound, weight: weight).vector.floats
        #expect(abs(Double(between[0]) - cos(degrees * .pi / 180)) < 1e-6)
        #expect(abs(Double(between[1]) - sin(degrees * .pi / 180)) < 1e-6)
    }

    @Test func equalDirectionsStayWhatTheyAre() {
        #expect(Condition.between(words: words, sound: words, weight: 0.3).vector.floats == [1, 0, 0])
    }

    @Test func oppositeDirectionsGiveNoNaN() {
        let opposite = Condition(Tensor([-1, 0, 0], shape: [3]))
        for weight in [Float(0), 0.25, 0.5, 1] {
            let between = Condition.between(words: words, sound: opposite, weight: weight)
            #expect(between.vector.floats.allSatisfy { $0.isFinite })
        }
    }

    @Test func bestLabelsComeFirstAndTiesKeepTheirOrder() {
        let labels = [("a", 0.1), ("b", 0.7), ("c", 0.3), ("d", 0.7)].map {
            ScoredLabel(label: $0.0, score: Float($0.1))
        }
        #expect(ScoredLabel.best(3, of: labels).map(\.label) == ["b", "d", "c"])
    }
}
