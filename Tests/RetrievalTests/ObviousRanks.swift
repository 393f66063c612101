import TensorCore
import TestSupport

@testable import Retrieval

/// Returns items called 0, 1, … from a source called “test”.
func items(_ rows: [[Float]], channels: Int? = nil) throws -> EmbeddedItems {
    let tensor = Tensor(rows.flatMap(\.self), shape: [rows.count, channels ?? rows[0].count])
    return try EmbeddedItems(tensor, source: "test") { "\($0)" }
}

/// Returns the plain dot product.
func dot(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

/// Returns the ranks of the right candidates by a full sort; of equal scores the wrong ones come first, or last.
func sortedRanks(
    _ query: [Float], _ candidates: [[Float]], right: Set<Int>, ties: TieRule = .pessimistic
) -> [Int] {
    let scores = candidates.map { dot(query, $0) }
    let order = candidates.indices.sorted { first, second in
        if scores[first] != scores[second] { return scores[first] > scores[second] }
        if right.contains(first) != right.contains(second) {
            return right.contains(ties == .pessimistic ? second : first)
        }
        return first < second
    }
    return order.enumerated().filter { right.contains($0.element) }.map { $0.offset + 1 }
}
