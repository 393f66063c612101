import TestSupport
import Testing

@testable import Retrieval

@Suite struct ExactSearchTests {
    private func expectSorted(
        _ queries: [[Float]], _ candidates: [[Float]], count: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let found = try ExactSearch(items(candidates, channels: queries[0].count)).nearest(
            to: items(queries), count: count)
        for (query, hits) in zip(queries, found) {
            let scores = candidates.map { dot(query, $0) }
            let order = candidates.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
            #expect(hits.map(\.index) == Array(order.prefix(count)), sourceLocation: sourceLocation)
            for hit in hits {
                #expect(abs(hit.score - scores[hit.index]) <= 1e-12 * max(1, abs(hit.score)))
            }
        }
    }

    @Test(arguments: [1, 5, 100]) func randomVectors(count: Int) throws {
        var random = SplitMix(state: 5)
        try expectSorted(
            random.vectors(ScoreTile.queryBlock + 3, 9), random.vectors(ScoreTile.candidateBlock + 50, 9), count: count)
    }

    @Test func tiesGoToTheEarlierRow() throws {
        var random = SplitMix(state: 6)
        let distinct = (0..<7).map { _ in (0..<33).map { _ in Float(Int.random(in: -2...2, using: &random)) } }
        try expectSorted(random.vectors(4, 33), (0..<5000).map { distinct[$0 % 7] }, count: 12)
    }

    @Test func fewerCandidatesThanAskedFor() throws {
        try expectSorted([[1, 2]], [[1, 0], [0, 1], [3, 3]], count: 10)
        #expect(try ExactSearch(items([], channels: 2)).nearest(to: items([[1, 2]]), count: 3) == [[]])
        #expect(try ExactSearch(items([[1, 1]])).nearest(to: items([[1, 2]]), count: 0) == [[]])
        #expect(throws: RetrievalError.count(-3)) {
            try ExactSearch(items([[1, 1]])).nearest(to: items([[1, 2]]), count: -3)
        }
    }
}
