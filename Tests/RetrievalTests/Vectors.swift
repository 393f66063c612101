import TensorCore

@testable import Retrieval

/// Random numbers that are the same every time (Steele, Lea and Flood's SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func vector(_ channels: Int) -> [Float] {
        (0..<channels).map { _ in Float.random(in: -1...1, using: &self) }
    }

    mutating func vectors(_ count: Int, _ channels: Int) -> [[Float]] { (0..<count).map { _ in vector(channels) } }
}

/// Items called 0, 1, … of a source called “test”.
func items(_ rows: [[Float]], channels: Int? = nil) throws -> EmbeddedItems {
    let tensor = Tensor(rows.flatMap(\.self), shape: [rows.count, channels ?? rows[0].count])
    return try EmbeddedItems(tensor, source: "test") { "\($0)" }
}

/// The obvious dot product.
func dot(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

/// The obvious ranks of the right candidates: everything sorted, of equal scores the wrong ones first.
func sortedRanks(_ query: [Float], _ candidates: [[Float]], right: Set<Int>) -> [Int] {
    let scores = candidates.map { dot(query, $0) }
    let order = candidates.indices.sorted { first, second in
        if scores[first] != scores[second] { return scores[first] > scores[second] }
        if right.contains(first) != right.contains(second) { return right.contains(second) }
        return first < second
    }
    return order.enumerated().filter { right.contains($0.element) }.map { $0.offset + 1 }
}
