import CKernels

/// The state of an online softmax for the rows, or the columns, of a similarity matrix: four numbers each.
final class SoftmaxLines {
    let lines: ck_softmax_lines
    private let count: Int
    private let floats: FloatBuffer
    private let sums: UnsafeMutablePointer<Double>

    init(count: Int) {
        self.count = count
        floats = FloatBuffer(count: 3 * count)
        sums = .allocate(capacity: max(count, 1))
        lines = ck_softmax_lines(
            maxima: floats.start, sums: sums, inverse_sums: floats.start + count, misses: floats.start + 2 * count)
        ck_softmax_open(lines, Int64(count))
    }

    deinit { sums.deallocate() }

    /// The lines from `first` on.
    func from(_ first: Int) -> ck_softmax_lines {
        ck_softmax_lines(
            maxima: lines.maxima + first, sums: lines.sums + first, inverse_sums: lines.inverse_sums + first,
            misses: lines.misses + first)
    }

    /// Ends the sums; returns Σ -log p over the lines, where p is the positive's probability. Call it once.
    func close(positives: FloatBuffer, temperature: Double) -> Double {
        ck_softmax_close(lines, positives.start, 1 / temperature, Int64(count))
    }
}
