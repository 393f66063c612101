import LatentStore
import Retrieval
import TensorCore
import TestSupport
import Testing

@testable import Evaluation

@ComputeActor @Suite struct LatentIndexTests {
    private func set(_ rows: [[Float]], _ ids: [String], metadata: [String: String] = [:]) -> LatentSet {
        LatentSet(
            ids: ids, vectors: Tensor(rows.flatMap(\.self), shape: [rows.count, 2]).float16(), metadata: metadata)
    }

    private let space = EmbeddingSpace("test")

    private func query(_ values: [Float]) -> Embeddings {
        Embeddings(normalized: Tensor(values, shape: [1, 2]), in: space)
    }

    @Test func severalSetsAreSearchedAsOne() throws {
        let index = try LatentIndex([
            ("a.npy", set([[1, 0], [5, 5], [-1, 0]], ["east", "north-east", "west"])),
            ("b.npy", set([[0, 3], [7, 7]], ["north", "also north-east"])),
        ])
        let hits = try index.nearest(to: query([0, 1]), count: 4, through: .own(space))
        #expect(hits.map(\.id) == ["north", "north-east", "also north-east", "east"])
        #expect(hits.map(\.source) == ["b.npy", "a.npy", "b.npy", "a.npy"])
        #expect(hits.map(\.rank) == [1, 2, 3, 4])
        #expect(hits[0].score == 1 && abs(hits[1].score - 0.5.squareRoot()) < 1e-6)
        #expect(try index.nearest(to: query([0, 1]), count: 50, through: .own(space)).count == 5)
    }

    /// More rows than one block holds: the hits are those of a full sort, equal ones in their order.
    @Test func setsOfManyRows() throws {
        var random = SplitMix(state: 5)
        let counts = [20_000, 9_000]
        let sets = counts.map { random.tensor($0, 2).float16() }
        let index = try LatentIndex(
            sets.enumerated().map { set, vectors in
                ("\(set)", LatentSet(ids: (0..<counts[set]).map(String.init), vectors: vectors))
            })
        let query = query([0.6, 0.8])
        let hits = try index.nearest(to: query, count: 300, through: .own(space))
        let all = sets.enumerated().flatMap { set, vectors in
            let unit = vectors.float32().normalized().floats
            return (0..<counts[set]).map { row in
                let score = Double(unit[2 * row]) * Double(Float(0.6)) + Double(unit[2 * row + 1]) * Double(Float(0.8))
                return (source: "\(set)", id: "\(row)", order: set * 100_000 + row, score: score)
            }
        }.sorted { ($1.score, $0.order) < ($0.score, $1.order) }
        #expect(hits.map(\.source) == all.prefix(300).map(\.source) && hits.map(\.id) == all.prefix(300).map(\.id))
    }

    @Test func embeddingsOfAnotherSpaceAreNotComparable() throws {
        let index = try LatentIndex([("a.npy", set([[1, 0]], ["east"]))])
        #expect(throws: RetrievalError.self) {
            try index.nearest(to: query([0, 1]), count: 1, through: .own(EmbeddingSpace("other")))
        }
    }

    @Test func setsOfDifferentEncodersAreNotComparable() throws {
        let a = set([[1, 0]], ["a"], metadata: ["encoder": "p", "modality": "image"])
        let b = set([[1, 0]], ["b"], metadata: ["encoder": "q", "modality": "image"])
        #expect(throws: SpaceError.self) { try LatentIndex([("a.npy", a), ("b.npy", b)]) }
        #expect(try LatentIndex([("a.npy", a)]).modality() == .image)
        #expect(throws: SpaceError.unknown(source: "c.npy", key: "modality")) {
            try LatentIndex([("c.npy", set([[1, 0]], ["c"]))]).modality()
        }
    }
}
