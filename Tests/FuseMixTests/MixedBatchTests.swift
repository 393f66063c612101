import Testing

@testable import FuseMix

@Suite struct MixedBatchTests {
    private func settings(_ change: (inout TrainingSettings) -> Void) -> TrainingSettings {
        var settings = TrainerTests.settings()
        change(&settings)
        return settings
    }

    /// The paper's scheme: one pair from each half, one weight for the whole batch, another in the next step.
    @Test func halves() {
        let settings = settings { $0.mixing = .halves }
        let batch = MixedBatch([5, 6, 7, 8, 9, 10], step: 0, settings: settings)
        #expect(batch.first == [5, 6, 7] && batch.second == [8, 9, 10])
        #expect(Set(batch.weights).count == 1)
        let next = MixedBatch([5, 6, 7, 8, 9, 10], step: 1, settings: settings)
        #expect(next.weights != batch.weights)
        #expect(MixedBatch([5, 6, 7, 8, 9, 10], step: 0, settings: settings) == batch)
    }

    @Test func permutation() {
        let settings = settings {
            $0.mixing = .permutation
            $0.mixesEachPair = true
        }
        let pairs = Array(20..<60)
        let batch = MixedBatch(pairs[...], step: 3, settings: settings)
        #expect(batch.first == pairs && batch.second.sorted() == pairs && batch.second != pairs)
        #expect(Set(batch.weights).count == 40)
    }

    @Test func unmixedPairsBeside() {
        let settings = settings { $0.addsUnmixed = true }
        let batch = MixedBatch([1, 2, 3, 4], step: 0, settings: settings)
        #expect(batch.first == [1, 2, 1, 2] && batch.second == [3, 4, 1, 2])
        #expect(batch.weights[2...] == [1, 1] && batch.weights[0] == batch.weights[1])
    }

    @Test func withoutMixing() {
        let batch = MixedBatch([1, 2, 3], step: 0, settings: settings { $0.mixing = .none })
        #expect(batch.first == [1, 2, 3] && batch.second == batch.first && batch.weights == [1, 1, 1])
    }

    /// Positives are mixtures of the same two groups in the same proportion, and mixtures within a single group.
    @Test func labels() {
        let settings = settings { $0.addsUnmixed = true }
        // Groups: 0, 0, 1, 1, 1, 1; the batch mixes 0·2, 1·3 and 4·5, then adds 0, 1 and 4.
        let batch = MixedBatch([0, 1, 4, 2, 3, 5], step: 0, settings: settings)
        let labels = batch.labels { $0 < 2 ? 0 : 1 }
        #expect(labels == [0, 0, 1, 2, 2, 1])
    }
}
