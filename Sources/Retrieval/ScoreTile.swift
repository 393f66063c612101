import TensorCore

/// Dot products of a block of queries with a run of candidates: the only part of the score matrix in memory.
///
/// Products are computed in single precision, whose last bits depend on a row's position in a tile. Where those bits
/// decide between two scores, `exact` is used instead: it is the same for the same two vectors anywhere.
struct ScoreTile {
    static let queryBlock = 256
    static let candidateBlock = 2048

    /// Index of the tile's first candidate.
    let first: Int
    let candidateCount: Int
    private let channels: Int
    private let queries: UnsafePointer<Float>
    private let candidates: UnsafePointer<Float>
    private let scores: UnsafePointer<Float>
    /// For each query of the block, the greatest distance of a score from the exact one.
    private let margins: [Double]

    /// Calls `body` with the tiles of one block of queries, in the order of the candidates.
    ///
    /// - Parameters:
    ///   - queries: `[queries, channels]`, at most `queryBlock` of them, f32.
    ///   - candidates: `[candidates, channels]`.
    static func forEach(of queries: Tensor, _ candidates: Tensor, _ body: (ScoreTile) -> Void) {
        let (rows, channels) = (queries.shape[0], queries.shape[1])
        let scores = UnsafeMutablePointer<Float>.allocate(capacity: max(1, rows * candidateBlock))
        defer { scores.deallocate() }
        queries.withFloats { queries in
            guard let queries = queries.baseAddress, rows > 0 else { return }
            let lengths = (0..<rows).map { length(of: queries + $0 * channels, channels) }
            for start in stride(from: 0, to: candidates.shape[0], by: candidateBlock) {
                let run = candidates.items(start..<min(start + candidateBlock, candidates.shape[0])).float32()
                let count = run.shape[0]
                run.withFloats { run in
                    guard let run = run.baseAddress else { return }
                    multiply(
                        false, true, m: rows, n: count, k: channels, alpha: 1, a: queries, lda: channels, b: run,
                        ldb: channels, beta: 0, c: scores, ldc: count)
                    let longest = (0..<count).reduce(0) { max($0, length(of: run + $1 * channels, channels)) }
                    body(
                        ScoreTile(
                            first: start, candidateCount: count, channels: channels, queries: queries,
                            candidates: run, scores: scores,
                            margins: lengths.map { margin(lengths: $0 * longest, channels: channels) }))
                }
            }
        }
    }

    /// Scores of one query of the block.
    func row(_ query: Int) -> UnsafePointer<Float> { scores + query * candidateCount }

    /// The greatest difference between `row(query)[candidate]` and `exact(query, candidate)`.
    func margin(_ query: Int) -> Double { margins[query] }

    /// The dot product in double precision. `candidate` counts from the tile's first.
    func exact(_ query: Int, _ candidate: Int) -> Double {
        Self.exact(queries + query * channels, candidates + candidate * channels, channels)
    }

    /// A dot product in double precision, where products of floats are exact; eight lanes in a fixed order.
    static func exact(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Double {
        var lanes = SIMD8<Double>()
        var index = 0
        while index + 8 <= count {
            let left = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Float>.self)
            let right = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Float>.self)
            lanes += SIMD8<Double>(left) * SIMD8<Double>(right)
            index += 8
        }
        var sum = lanes.sum()
        while index < count {
            sum += Double(a[index]) * Double(b[index])
            index += 1
        }
        return sum
    }

    private static func length(of vector: UnsafePointer<Float>, _ count: Int) -> Double {
        exact(vector, vector, count).squareRoot()
    }

    /// Bound on the rounding error. A sum of n products in any order is within n·2⁻²⁴ / (1 − n·2⁻²⁴) of the sum of
    /// their magnitudes (Higham, “Accuracy and Stability of Numerical Algorithms”, section 3.1), which is at most the
    /// product of the lengths; underflow adds less than 2⁻¹²⁶ a product. If a product may overflow, there is no bound.
    private static func margin(lengths: Double, channels: Int) -> Double {
        guard lengths < 0x1p127 else { return .infinity }
        let unit = Double(channels + 1) * 0x1p-24
        return lengths * unit / max(1 - unit, 0x1p-24) + Double(channels) * 0x1p-126
    }
}
