import Foundation
import TensorCore

/// Reads corrections as queries over the vectors of a base: a vector's weight is multiplied by exp(⟨query, key⟩), and the
/// result is the weighted sum, so that it stays among mixtures of the vectors.
///
/// A key is `gain` times the vector less the mean of them all. A vector of zeros stands for a class that says nothing: it
/// has no key and no part in the mean. The idea of projecting onto a memory of texts comes from DeCap (Li et al., ICLR
/// 2023, section 3.2), to which the weights are a prior.
struct BaseQuery: Sendable {
    /// `[count, outputs]`
    private let vectors: Tensor
    /// `[count, outputs]`
    private let keys: Tensor
    /// Whether a class has a vector.
    let isSpecific: [Bool]

    var count: Int { vectors.shape[0] }
    private var outputs: Int { vectors.channels }

    /// `vectors` is `[count, outputs]`, f32.
    init(vectors: Tensor, gain: Float) {
        let (count, outputs) = (vectors.shape[0], vectors.channels)
        let (isSpecific, keys) = vectors.withFloats { vectors in
            let rows = (0..<count).map { UnsafeBufferPointer(rebasing: vectors[$0 * outputs..<($0 + 1) * outputs]) }
            let isSpecific = rows.map { $0.contains { $0 != 0 } }
            var mean = [Float](repeating: 0, count: outputs)
            for (row, isSpecific) in zip(rows, isSpecific) where isSpecific {
                for channel in 0..<outputs { mean[channel] += row[channel] }
            }
            let specific = Float(max(1, isSpecific.count { $0 }))
            let keys = Tensor(shape: [count, outputs]) { keys in
                for place in keys.indices {
                    let (row, channel) = place.quotientAndRemainder(dividingBy: outputs)
                    keys[place] = isSpecific[row] ? gain * (vectors[place] - mean[channel] / specific) : 0
                }
            }
            return (isSpecific, keys)
        }
        (self.vectors, self.keys, self.isSpecific) = (vectors, keys, isSpecific)
    }

    /// The weighted sums of the vectors, `[n, outputs]` and of any length, and the weights, `[n, count]`, the greatest of a row 1, of
    /// queries `[n, outputs]` and the logarithms of the weights before them `[n, count]`. Rows whose weights are all 0 stay 0.
    func callAsFunction(_ queries: Tensor, logWeights: Tensor) -> (sums: Tensor, weights: Tensor) {
        let rows = queries.shape[0], weights = FloatBuffer(count: rows * count)
        let sums = Tensor(shape: [rows, outputs]) { sums in
            queries.withFloats { queries in
                logWeights.withFloats { logWeights in
                    guard let queries = queries.baseAddress, let logWeights = logWeights.baseAddress,
                        let sums = sums.baseAddress
                    else { return }
                    mix(queries, logWeights: logWeights, rows: rows, weights: weights.start, into: sums)
                }
            }
        }
        return (sums, Tensor(shape: [rows, count]) { $0.baseAddress?.update(from: weights.start, count: $0.count) })
    }

    /// Leaves the weights of the vectors in `weights`, `[rows, count]`, the greatest of a row 1, and their sums in `sums`,
    /// `[rows, outputs]`, which may be the queries' memory.
    func mix(
        _ queries: UnsafePointer<Float>, logWeights: UnsafePointer<Float>, rows: Int,
        weights: UnsafeMutablePointer<Float>, into sums: UnsafeMutablePointer<Float>
    ) {
        keys.withFloats { keys in
            guard let keys = keys.baseAddress else { return }
            multiply(
                false, true, m: rows, n: count, k: outputs, alpha: 1, a: queries, lda: outputs, b: keys, ldb: outputs,
                beta: 0, c: weights, ldc: count)
        }
        for row in 0..<rows {
            let places = row * count..<(row + 1) * count
            let greatest = places.reduce(-Float.infinity) { max($0, weights[$1] + logWeights[$1]) }
            for place in places {
                weights[place] = greatest > -.infinity ? exp(weights[place] + logWeights[place] - greatest) : 0
            }
        }
        vectors.withFloats { vectors in
            guard let vectors = vectors.baseAddress else { return }
            multiply(
                false, false, m: rows, n: outputs, k: count, alpha: 1, a: weights, lda: count, b: vectors,
                ldb: outputs, beta: 0, c: sums, ldc: outputs)
        }
    }

    /// Turns the gradient with respect to the sums of `mix` into that with respect to its queries, in place.
    ///
    /// - Parameters:
    ///   - gradient: `[rows, outputs]`
    ///   - weights: Those that `mix` left.
    ///   - scratch: Room for `[rows, count]`.
    func back(
        _ gradient: UnsafeMutablePointer<Float>, weights: UnsafePointer<Float>, rows: Int,
        scratch: UnsafeMutablePointer<Float>
    ) {
        vectors.withFloats { vectors in
            keys.withFloats { keys in
                guard let vectors = vectors.baseAddress, let keys = keys.baseAddress else { return }
                multiply(
                    false, true, m: rows, n: count, k: outputs, alpha: 1, a: gradient, lda: outputs, b: vectors,
                    ldb: outputs, beta: 0, c: scratch, ldc: count)
                for place in 0..<rows * count { scratch[place] *= weights[place] }
                multiply(
                    false, false, m: rows, n: outputs, k: count, alpha: 1, a: scratch, lda: count, b: keys,
                    ldb: outputs, beta: 0, c: gradient, ldc: outputs)
            }
        }
    }
}
