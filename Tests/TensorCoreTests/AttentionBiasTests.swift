import Foundation
import TensorCore
import TestSupport
import Testing

/// A bias of the scores, against the plain formula in double precision.
@Suite struct AttentionBiasTests {
    @Test(arguments: [(1, 1, 1, 4), (5, 7, 2, 3), (130, 300, 2, 8), (67, 129, 3, 16)])
    func equalsThePlainFormula(queries: Int, keys: Int, heads: Int, size: Int) {
        func drawn(_ shape: [Int], _ seed: Int) -> Tensor {
            Tensor((0..<shape.reduce(1, *)).map { Float(($0 * 7919 + seed * 104_729) % 1009) / 504 - 1 }, shape: shape)
        }
        let (q, k) = (drawn([1, queries, heads * size], 1), drawn([1, keys, heads * size], 2))
        let (v, bias) = (drawn([1, keys, heads * size], 3), drawn([heads, queries, keys], 4))
        let found = scaledDotProductAttention(query: q, key: k, value: v, heads: heads, bias: bias).floats
        let (qs, ks, vs, biases) = (q.floats, k.floats, v.floats, bias.floats)
        for head in 0..<heads {
            for query in 0..<queries {
                let weights = (0..<keys).map { key in
                    let product = (0..<size).reduce(0.0) {
                        $0 + Double(qs[(query * heads + head) * size + $1])
                            * Double(ks[(key * heads + head) * size + $1])
                    }
                    let score = product / Double(size).squareRoot()
                    return exp(score + Double(biases[(head * queries + query) * keys + key]))
                }
                let sum = weights.reduce(0, +)
                for channel in 0..<size {
                    let expected =
                        (0..<keys).reduce(0.0) {
                            $0 + weights[$1] * Double(vs[($1 * heads + head) * size + channel])
                        } / sum
                    #expect(abs(Double(found[(query * heads + head) * size + channel]) - expected) < 1e-5)
                }
            }
        }
    }
}
