import COneDNN

/// c = alpha · op(a) · op(b) + beta · c over row-major matrices, where op is the transpose or the identity; op(a) is
/// `[m, k]`, op(b) `[k, n]`, c `[m, n]`; k is at least 1.
///
/// The result has the same bits for one shape, thread count and processor; unlike with `Linear`, a row's bits may
/// depend on the number of rows beside it. The thread count is the calling thread's OpenMP count.
///
/// - Parameters:
///   - lda: floats from one row of `a`, as it is stored, to the next; `ldb` and `ldc` likewise.
///   - beta: with 0, `c` is not read and may be uninitialised.
///   - c: must not overlap `a` or `b`.
public func multiply(
    _ transposeA: Bool, _ transposeB: Bool, m: Int, n: Int, k: Int, alpha: Float,
    a: UnsafePointer<Float>, lda: Int, b: UnsafePointer<Float>, ldb: Int,
    beta: Float, c: UnsafeMutablePointer<Float>, ldc: Int
) {
    precondition(m >= 0 && n >= 0 && k >= 1, "a product of [\(m), \(k)] and [\(k), \(n)]")
    precondition(lda >= max(1, transposeA ? m : k), "rows of a are longer than \(lda)")
    precondition(ldb >= max(1, transposeB ? k : n), "rows of b are longer than \(ldb)")
    precondition(ldc >= max(1, n), "rows of c are longer than \(ldc)")
    oneDNN {
        odnn_multiply(
            transposeA, transposeB, Int64(m), Int64(n), Int64(k), alpha, a, Int64(lda), b, Int64(ldb), beta, c,
            Int64(ldc), $0)
    }
}
