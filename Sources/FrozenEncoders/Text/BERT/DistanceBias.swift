import Foundation
import TensorCore

/// A bias on attention's scores by the distance of two tokens: one number a head for each group of distances,
/// groups that grow with the distance (T5's rule, Raffel et al., arXiv 1910.10683; MPNet's form, arXiv 2004.09297).
struct DistanceBias: Sendable {
    /// `[groups, heads]`.
    private let table: Tensor
    private var groups: Int { table.shape[0] }

    init(_ table: Tensor) { self.table = table.float32() }

    /// `[heads, tokens, tokens]`.
    func callAsFunction(_ tokens: Int) -> Tensor {
        let heads = table.channels
        let groups = (1 - tokens..<tokens).map { group(ofDistance: $0) }
        return Tensor(shape: [heads, tokens, tokens]) { bias in
            table.withFloats { table in
                for index in bias.indices {
                    let (head, query, key) = (index / (tokens * tokens), index / tokens % tokens, index % tokens)
                    bias[index] = table[groups[key - query + tokens - 1] * heads + head]
                }
            }
        }
    }

    /// - Parameter distance: Places from the query to the key. Half of the groups are for keys that come later; of each half,
    ///   half are single distances and the others grow up to 128.
    private func group(ofDistance distance: Int) -> Int {
        let half = groups / 2, single = half / 2, start = distance > 0 ? half : 0
        let length = abs(distance)
        guard length >= single else { return start + length }
        // In single precision, as the reference: it decides where a group begins.
        let share = log(Float(length) / Float(single)) / Float(log(128 / Double(single)))
        return start + min(half - 1, single + Int(share * Float(half - single)))
    }
}
