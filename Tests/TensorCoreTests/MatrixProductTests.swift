import TestSupport
import Testing

@testable import TensorCore

@Suite struct MatrixProductTests {
    /// Returns `op(a) · op(b)` of matrices whose rows are `pad` floats longer than needed.
    private func product(
        _ transposeA: Bool, _ transposeB: Bool, _ shape: (m: Int, n: Int, k: Int), pad: Int, alpha: Float,
        beta: Float, into start: [Float]
    ) -> (found: [Float], expected: [Double]) {
        let (m, n, k) = shape
        let lda = max(1, (transposeA ? m : k) + pad), ldb = max(1, (transposeB ? k : n) + pad), ldc = max(1, n + pad)
        let a = randomTensor([transposeA ? k : m, lda], seed: 1).floats
        let b = randomTensor([transposeB ? n : k, ldb], seed: 2).floats
        var found = start
        multiply(
            transposeA, transposeB, m: m, n: n, k: k, alpha: alpha, a: a, lda: lda, b: b, ldb: ldb, beta: beta,
            c: &found, ldc: ldc)
        var expected = start.map(Double.init)
        for i in 0..<m {
            for j in 0..<n {
                var sum = 0.0
                for l in 0..<k {
                    sum +=
                        Double(transposeA ? a[l * lda + i] : a[i * lda + l])
                        * Double(transposeB ? b[j * ldb + l] : b[l * ldb + j])
                }
                let old = beta == 0 ? 0 : Double(beta) * Double(start[i * ldc + j])
                expected[i * ldc + j] = Double(alpha) * sum + old
            }
        }
        return (found, expected)
    }

    /// f32 sums of up to 300 products in [-1, 1) err by a few 1e-6.
    @Test(arguments: [(1, 1, 1), (3, 5, 7), (64, 48, 32), (65, 130, 300), (1, 200, 17), (200, 1, 17)], [0, 3])
    func isTheTripleLoop(shape: (Int, Int, Int), pad: Int) {
        let start = randomTensor([shape.0, shape.1 + pad], seed: 3).floats
        for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
            for (alpha, beta) in [(Float(1), Float(0)), (0.5, 1), (-2, 0.25)] {
                let (found, expected) = product(
                    transposeA, transposeB, shape, pad: pad, alpha: alpha, beta: beta, into: start)
                let c = Tensor(found, shape: [found.count])
                #expect(excess(c, expected, relative: 1e-5, floor: 4e-5) <= 0, "\(transposeA) \(transposeB) \(alpha)")
            }
        }
    }

    @Test func betaZeroDoesNotReadTheResult() {
        let start = [Float](repeating: .nan, count: 12 * 10)
        let (found, expected) = product(false, true, (12, 10, 6), pad: 0, alpha: 1, beta: 0, into: start)
        #expect(excess(Tensor(found, shape: [120]), expected, relative: 1e-5, floor: 1e-5) <= 0)
    }

    @Test func emptyMatricesLeaveTheResult() {
        let start: [Float] = [1, 2, 3, 4]
        #expect(product(false, false, (0, 2, 3), pad: 0, alpha: 1, beta: 0, into: start).found == start)
        #expect(product(true, false, (2, 0, 3), pad: 2, alpha: 1, beta: 0, into: start).found == start)
    }

    @Test func repeatsItsBits() async {
        let (m, n) = (300, 700)
        @Sendable func run(k: Int) -> [Float] {
            let a = randomTensor([k, m], seed: 4).floats, b = randomTensor([k, n], seed: 5).floats
            var c = [Float](repeating: 0, count: m * n)
            multiply(true, false, m: m, n: n, k: k, alpha: 1, a: a, lda: m, b: b, ldb: n, beta: 0, c: &c, ldc: n)
            return c
        }
        for k in [90, 4000] {
            for threads in [1, 2] {
                #expect(await withThreads(threads) { run(k: k) } == withThreads(threads) { run(k: k) })
            }
        }
    }
}
