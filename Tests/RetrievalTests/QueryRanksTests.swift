import TestSupport
import Testing

@testable import Retrieval

/// Ranks by counting, compared with a full sort.
@Suite struct QueryRanksTests {
    private func expectSorted(
        _ queries: [[Float]], _ candidates: [[Float]], _ pairs: [(query: Int, candidate: Int)],
        ties: TieRule = .pessimistic, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let ranks = try QueryRanks(
            of: items(queries), among: items(candidates), Relevance(pairs, queryCount: queries.count), ties: ties)
        for (index, query) in queries.enumerated() {
            let right = Set(pairs.filter { $0.query == index }.map(\.candidate))
            let sorted = sortedRanks(query, candidates, right: right, ties: ties)
            #expect(ranks.best[index] == sorted[0], "query \(index)", sourceLocation: sourceLocation)
            let precision = zip(1..., sorted).filter { $1 <= 10 }.reduce(0.0) { $0 + Double($1.0) / Double($1.1) }
            #expect(
                abs(ranks.averagePrecision[index] - precision / Double(min(sorted.count, 10))) < 1e-12,
                sourceLocation: sourceLocation)
        }
    }

    /// There are more queries and candidates than one tile holds.
    @Test func randomVectors() throws {
        var random = SplitMix(state: 1)
        let queries = random.vectors(ScoreTile.queryBlock + 40, 13)
        let candidates = random.vectors(ScoreTile.candidateBlock + 77, 13)
        try expectSorted(
            queries, candidates, queries.indices.map { ($0, Int.random(in: candidates.indices, using: &random)) })
    }

    @Test func severalRightCandidates() throws {
        var random = SplitMix(state: 2)
        let queries = random.vectors(60, 8), candidates = random.vectors(300, 8)
        let pairs = (0..<300).map { (query: $0 / 5, candidate: $0) }
        try expectSorted(queries, candidates, pairs)
        // One query has more right candidates than the depth of the average precision, one of them named twice.
        let many = queries.indices.flatMap { query in (0..<25).map { (query: query, candidate: $0 * 7) } }
        try expectSorted(queries, candidates, many + [many[3]])
    }

    /// Many scores are equal, and many nearly equal.
    @Test(arguments: TieRule.allCases)
    func tiesAndNearTies(ties: TieRule) throws {
        var random = SplitMix(state: 3)
        let coarse = (0..<300).map { _ in (0..<7).map { _ in Float(Int.random(in: -1...1, using: &random)) } }
        try expectSorted(Array(coarse.prefix(100)), coarse, (0..<100).map { ($0, $0) }, ties: ties)
        let base = random.vector(64)
        let near = (0..<200).map { index in base.map { $0 + Float(index % 5) * 1e-7 } }
        try expectSorted(near, near, near.indices.map { ($0, ($0 + 3) % 200) }, ties: ties)
    }

    /// The same caption under many images has the same score, wherever its row lies in a tile.
    @Test func duplicateCandidates() throws {
        var random = SplitMix(state: 4)
        let distinct = random.vectors(41, 129)
        let candidates = (0..<2500).map { distinct[$0 % 41] }
        let queries = random.vectors(30, 129)
        try expectSorted(queries, candidates, queries.indices.map { ($0, $0 * 80) })
    }

    /// Vectors that are all alike earn nothing, unless a tie counts for the query.
    @Test(arguments: [(TieRule.pessimistic, 50), (.optimistic, 1)])
    func vectorsThatAreAllAlike(ties: TieRule, rank: Int) throws {
        let same = Array(repeating: [Float](repeating: 0.25, count: 16), count: 50)
        let ranks = try QueryRanks(
            of: items(same), among: items(same), Relevance((0..<50).map { ($0, $0) }, queryCount: 50), ties: ties)
        #expect(ranks.best.allSatisfy { $0 == rank })
    }

    @Test func oneCandidate() throws {
        try expectSorted([[1, 0], [0, 1], [-1, 0]], [[1, 0]], [(0, 0), (1, 0), (2, 0)])
    }

    /// These products overflow or vanish in single precision.
    @Test func hugeAndTinyNumbers() throws {
        let huge: [[Float]] = [[3e38, 1e38], [3e38, 2e38], [-3e38, 3e38], [1e-30, 1e-38], [1e-38, 1e-30]]
        try expectSorted(huge, huge, huge.indices.map { ($0, ($0 + 1) % huge.count) })
    }

    @Test func widthsMustAgree() throws {
        #expect(throws: RetrievalError.widths(first: "test", 2, second: "test", 3)) {
            try QueryRanks(of: items([[1, 2]]), among: items([[1, 2, 3]]), Relevance([(0, 0)], queryCount: 1))
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity]) func onlyFiniteNumbers(wrong: Float) throws {
        #expect(throws: RetrievalError.notFinite(source: "test", id: "1")) {
            try items([[1, 2], [3, wrong], [4, 5]])
        }
    }
}
