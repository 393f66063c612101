import Testing

@testable import Retrieval

@Suite struct BootstrapTests {
    @Test func everyReplicateDrawsAsManyGroupsAsThereAre() {
        let bootstrap = Bootstrap(replicates: 50, seed: 3)
        for replicate in 0..<50 {
            let weights = bootstrap.weights(replicate: replicate, groups: 13)
            #expect(weights.count == 13 && weights.reduce(0, +) == 13)
        }
        #expect(bootstrap.weights(replicate: 0, groups: 13) != bootstrap.weights(replicate: 1, groups: 13))
        #expect(
            bootstrap.weights(replicate: 0, groups: 13)
                == Bootstrap(replicates: 1, seed: 3).weights(replicate: 0, groups: 13))
    }

    /// The mean of n fair coins has a standard error of 0.5 / √n.
    @Test func intervalOfAMean() {
        let estimate = Bootstrap(replicates: 2000).estimates(groups: 400) { weights in
            [weights.indices.reduce(0.0) { $0 + Double(weights[$1] * ($1 % 2)) } / 400]
        }[0]
        #expect(estimate.value == 0.5)
        #expect(abs(estimate.low - (0.5 - 1.96 * 0.025)) < 0.006)
        #expect(abs(estimate.high - (0.5 + 1.96 * 0.025)) < 0.006)
    }

    @Test func quantilesBetweenNeighbours() {
        #expect(Bootstrap.quantile(0.25, of: [0, 1, 2, 3, 4]) == 1)
        #expect(Bootstrap.quantile(0.975, of: [0, 10]) == 9.75)
        #expect(Bootstrap.quantile(0.5, of: [7]) == 7)
    }
}
