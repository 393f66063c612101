import Foundation
import Testing

@testable import FuseMix

@Suite struct RandomnessTests {
    /// Beta(α, α) has mean ½ and variance 1 / (4 (2α + 1)); 40,000 draws err by about 0.0025 and 1 % of the variance.
    @Test(arguments: [0.1, 0.5, 1, 2, 10])
    func betaMoments(alpha: Double) {
        let stream = RandomStream(seed: 3, .mixing, time: 5)
        let draws = (0..<40_000).map { BetaDistribution(alpha: alpha).sample(stream, index: $0) }
        #expect(draws.allSatisfy { 0...1 ~= $0 })
        let mean = draws.reduce(0, +) / 40_000
        let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40_000
        #expect(abs(mean - 0.5) < 0.01)
        #expect(abs(variance * 4 * (2 * alpha + 1) - 1) < 0.04)
    }

    /// With an α so small that both gamma variables vanish, a draw is 0 or 1, never NaN.
    @Test func betaAtTheEdge() {
        let stream = RandomStream(seed: 1, .mixing, time: 0)
        let draws = (0..<1000).map { BetaDistribution(alpha: 1e-4).sample(stream, index: $0) }
        #expect(draws.allSatisfy { 0...1 ~= $0 })
        #expect(draws.count { $0 < 0.5 } > 400 && draws.count { $0 > 0.5 } > 400)
    }

    @Test func shuffleIsAPermutation() {
        let numbers = Array(0..<1000)
        let shuffled = RandomStream(seed: 42, .order, time: 1).shuffled(numbers)
        #expect(shuffled != numbers && shuffled.sorted() == numbers)
        #expect(shuffled == RandomStream(seed: 42, .order, time: 1).shuffled(numbers))
        #expect(shuffled != RandomStream(seed: 42, .order, time: 2).shuffled(numbers))
    }
}
