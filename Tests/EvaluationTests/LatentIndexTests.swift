import LatentStore
import TensorCore
import Testing

@testable import Evaluation

@ComputeActor @Suite struct LatentIndexTests {
    private func set(_ rows: [[Float]], _ ids: [String], metadata: [String: String] = [:]) -> LatentSet {
        LatentSet(
            ids: ids, vectors: Tensor(rows.flatMap(\.self), shape: [rows.count, 2]).float16(), metadata: metadata)
    }

    @Test func severalSetsAreSearchedAsOne() throws {
        let index = try LatentIndex([
            ("a.npy", set([[1, 0], [5, 5], [-1, 0]], ["east", "north-east", "west"])),
            ("b.npy", set([[0, 3], [7, 7]], ["north", "also north-east"])),
        ])
        let hits = try index.nearest(to: Tensor([0, 1], shape: [1, 2]), count: 4, through: .latents)
        #expect(hits.map(\.id) == ["north", "north-east", "also north-east", "east"])
        #expect(hits.map(\.source) == ["b.npy", "a.npy", "b.npy", "a.npy"])
        #expect(hits.map(\.rank) == [1, 2, 3, 4])
        #expect(hits[0].score == 1 && abs(hits[1].score - 0.5.squareRoot()) < 1e-6)
        #expect(try index.nearest(to: Tensor([0, 1], shape: [1, 2]), count: 50, through: .latents).count == 5)
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
