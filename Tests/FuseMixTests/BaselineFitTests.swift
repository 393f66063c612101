import Foundation
import TensorCore
import Testing

@testable import FuseMix

/// `Baseline.fit` as a whole: its result is an adapter pair, even for degenerate latents.
@Suite struct BaselineFitTests {
    /// Returns latents from common causes, with noise; deterministic.
    private func latents(_ count: Int, _ channels: Int, salt: UInt64, noise: Float = 0.3) -> Tensor {
        func number(_ key: UInt64) -> Float {
            var bits = key &* 0x9E37_79B9_7F4A_7C15
            bits = (bits ^ bits >> 29) &* 0xBF58_476D_1CE4_E5B9
            return Float((bits ^ bits >> 32) & 0xFFFF) / 32768 - 1
        }
        return Tensor(shape: [count, channels]) { values in
            for row in 0..<count {
                for channel in 0..<channels {
                    let causes = (0..<4).reduce(Float(1)) { sum, cause in
                        let weight = number(salt << 32 | UInt64(channel) << 8 | UInt64(cause))
                        return sum + weight * number(0xABCD << 32 | UInt64(row) << 8 | UInt64(cause))
                    }
                    values[row * channels + channel] =
                        causes + noise * number((salt + 99) << 40 | UInt64(row) << 16 | UInt64(channel))
                }
            }
        }
    }

    private func pairs(_ count: Int) -> PairList {
        PairList(xRows: Array(0..<count), yRows: Array(0..<count), groups: (0..<count).map(String.init))
    }

    private func split(_ pairs: PairList, _ fraction: Double) throws -> PairSplit {
        try PairSplit(pairs, by: .fraction(fraction), seed: 3)
    }

    @Test(arguments: Baseline.allCases)
    func findsPairsThatItNeverSaw(baseline: Baseline) throws {
        let (x, y, pairs) = (latents(300, 12, salt: 1), latents(300, 9, salt: 2), pairs(300))
        let fit = try baseline.fit(
            x: x, y: y, pairs: pairs, split: split(pairs, 0.1), anchored: false, xEncoder: "a", yEncoder: "b")
        let score = try #require(fit.validation)
        // Chance is one in thirty.
        #expect(score.recall >= 0.3, "\(score)")
        #expect((fit.strength == nil) == (baseline == .procrustes))
        let configuration = fit.component.configuration
        #expect(configuration.xEncoder == "a" && configuration.yEncoder == "b" && configuration.outputSize == 9)
        #expect(configuration.y.kind == .linear)
        let lengths = try AdapterPair(fit.component).x(x).floats
        #expect(abs(lengths[0..<9].reduce(0) { $0 + $1 * $1 } - 1) <= 1e-5)
    }

    @Test(arguments: [Baseline.linear, .procrustes])
    func anAnchoredPairLeavesYAsItIs(baseline: Baseline) throws {
        let (x, y, pairs) = (latents(300, 12, salt: 1), latents(300, 9, salt: 2), pairs(300))
        let fit = try baseline.fit(x: x, y: y, pairs: pairs, split: split(pairs, 0.1), anchored: true)
        #expect(fit.component.configuration.y.kind == .identity)
        #expect(try #require(fit.validation).recall >= 0.3)
        #expect(throws: BaselineError.notAnchored(method: "cca")) {
            try Baseline.cca.fit(x: x, y: y, pairs: pairs, split: split(pairs, 0.1), anchored: true)
        }
    }

    /// A base that is already right leaves only noise to correct; one that does not fit is refused.
    @Test func correctsABase() throws {
        let (x, y, pairs) = (latents(300, 12, salt: 1), latents(300, 9, salt: 2), pairs(300))
        let split = try split(pairs, 0.1)
        func base(_ outputs: Int, start: Int = 9) -> ScoreBase {
            ScoreBase(.init(start: start, count: 3, power: 1), weight: latents(outputs, 3, salt: 5))
        }
        func fit(_ base: ScoreBase, by baseline: Baseline = .linear, anchored: Bool = true) throws -> BaselineFit {
            try baseline.fit(x: x, y: y, pairs: pairs, split: split, anchored: anchored, base: base)
        }
        let result = try fit(base(9))
        #expect(result.component.configuration.x.base?.count == 3 && result.component.configuration.y.kind == .identity)
        #expect(try #require(result.validation).recall >= 0.3)
        for baseline in [Baseline.procrustes, .cca] {
            let anchored = baseline == .procrustes
            #expect(throws: BaselineError.noBase(method: baseline.rawValue)) {
                try fit(base(9), by: baseline, anchored: anchored)
            }
        }
        #expect(throws: BaselineError.baseWithoutAnchor) { try fit(base(9), anchored: false) }
        #expect(throws: TrainingError.self) { try fit(base(8)) }
        #expect(throws: TrainingError.self) { try fit(base(9, start: 10)) }
    }

    @Test(arguments: [Baseline.linear, .cca])
    func takesTheStrengthThatIsBestOnThePairsHeldOut(baseline: Baseline) throws {
        let (x, y, pairs) = (latents(80, 30, salt: 1, noise: 1), latents(80, 20, salt: 2, noise: 1), pairs(80))
        let split = try split(pairs, 0.3)
        let chosen = try baseline.fit(x: x, y: y, pairs: pairs, split: split, anchored: false)
        let all = try RidgeRegression.strengths.map {
            try baseline.fit(x: x, y: y, pairs: pairs, split: split, anchored: false, strength: $0)
        }
        let best = all.compactMap(\.validation?.recall).max()
        #expect(chosen.validation?.recall == best)
        // Among the best strengths the largest is chosen.
        #expect(chosen.strength == all.first { $0.validation?.recall == best }?.strength)
    }

    @Test func ccaKeepsTheDimensionsAskedFor() throws {
        let (x, y, pairs) = (latents(60, 8, salt: 1), latents(60, 5, salt: 2), pairs(60))
        let fit = try Baseline.cca.fit(x: x, y: y, pairs: pairs, split: split(pairs, 0), anchored: false, outputSize: 3)
        #expect(fit.component.configuration.outputSize == 3 && fit.validation == nil)
    }

    /// The latents have constant and repeated channels, and far fewer pairs than channels.
    @Test(arguments: Baseline.allCases)
    func degenerateLatentsGiveFiniteAdapters(baseline: Baseline) throws {
        for count in [2, 3, 40] {
            let (whole, y, pairs) = (latents(count, 16, salt: 1), latents(count, 24, salt: 2), pairs(count))
            let x = Tensor(shape: [count, 16]) { values in
                whole.withFloats { whole in
                    for index in values.indices {
                        let channel = index % 16
                        values[index] = channel < 3 ? 5 : channel < 6 ? whole[index - channel + 6] : whole[index]
                    }
                }
            }
            let fit = try baseline.fit(x: x, y: y, pairs: pairs, split: split(pairs, 0), anchored: false)
            let adapters = try AdapterPair(fit.component)
            #expect(adapters.x(x).floats.allSatisfy(\.isFinite) && adapters.y(y).floats.allSatisfy(\.isFinite))
        }
    }

    @Test(arguments: Baseline.allCases)
    func refusesWhatHasNoSolution(baseline: Baseline) throws {
        let (x, y, pairs) = (latents(10, 4, salt: 1), latents(10, 4, salt: 2), pairs(10))
        let split = try split(pairs, 0)
        let flat = Tensor([Float](repeating: 0.1, count: 40), shape: [10, 4])
        #expect(throws: BaselineError.noVariation(side: "x")) {
            try baseline.fit(x: flat, y: y, pairs: pairs, split: split, anchored: false)
        }
        #expect(throws: BaselineError.noVariation(side: "y")) {
            try baseline.fit(x: x, y: flat, pairs: pairs, split: split, anchored: false)
        }
        var values = x.floats
        values[6 * 4 + 1] = .infinity
        #expect(throws: TrainingError.notFinite(side: "x", row: 6)) {
            try baseline.fit(x: Tensor(values, shape: [10, 4]), y: y, pairs: pairs, split: split, anchored: false)
        }
        let one = PairList(xRows: [0], yRows: [0], groups: ["a"])
        #expect(throws: BaselineError.tooFewPairs(found: 1)) {
            try baseline.fit(x: x, y: y, pairs: one, split: PairSplit(one, by: .fraction(0), seed: 0), anchored: false)
        }
        for strength in [0, -1, .nan, .infinity] {
            #expect(throws: BaselineError.self) {
                try baseline.fit(x: x, y: y, pairs: pairs, split: split, anchored: false, strength: strength)
            }
        }
        for size in [0, 5] {
            #expect(throws: BaselineError.self) {
                try baseline.fit(x: x, y: y, pairs: pairs, split: split, anchored: false, outputSize: size)
            }
        }
    }

    @Test func errorsAreOneSentence() {
        for error: BaselineError in [
            .tooFewPairs(found: 1), .noVariation(side: "x"), .outputSize(found: 3, expected: "4"),
            .strength(found: -1), .notAnchored(method: "cca"), .noBase(method: "cca"), .baseWithoutAnchor,
            .noConvergence,
        ] {
            #expect(error.description.hasSuffix(".") && !error.description.contains("\n"))
        }
    }
}
