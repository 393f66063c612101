import COpenBLAS
import TensorCore

/// Means and covariances of the latents of pairs, in double precision: the only input of the closed forms.
///
/// Rows are read a block at a time, so a set may be larger than memory.
struct PairMoments: Sendable {
    /// Number of pairs.
    let count: Int
    let meanX: [Double]
    let meanY: [Double]
    /// `[channels of x, channels of x]`, divided by the number of pairs; the other two likewise.
    let xx: Matrix
    let xy: Matrix
    let yy: Matrix

    /// - Parameters:
    ///   - training: Indices of the pairs to take.
    ///   - unitY: Whether each row of y is divided by its length first.
    ///   - base: A base whose guess from x is then subtracted from each row of y; y is the residual.
    /// - Throws: `BaselineError.tooFewPairs` and `.noVariation`, `TrainingError.notFinite`.
    init(x: LatentRows, y: LatentRows, pairs: PairList, training: [Int], unitY: Bool, base: ScoreBase? = nil)
        throws
    {
        guard training.count >= 2 else { throw BaselineError.tooFewPairs(found: training.count) }
        let (xRows, yRows) = (training.map { pairs.xRows[$0] }, training.map { pairs.yRows[$0] })
        for (side, rows) in [(x, xRows), (y, yRows)] {
            if let row = side.firstNotFinite(rows) { throw TrainingError.notFinite(side: side.side, row: row) }
        }
        let blocks = PairBlocks(x: x, y: y, xRows: xRows, yRows: yRows, unitY: unitY, base: base)
        let means = blocks.means()
        let joint = blocks.covariance(around: means)
        let (left, right) = (0..<x.channels, x.channels..<joint.rows)
        count = training.count
        (meanX, meanY) = (Array(means[left]), Array(means[right]))
        (xx, xy, yy) = (joint[left, left], joint[left, right], joint[right, right])
        for (side, mean, covariance) in [("x", meanX, xx), ("y", meanY, yy)] {
            // The rounding error of a constant is smaller than this share of its square.
            let size = mean.reduce(0) { $0 + $1 * $1 }
            guard covariance.trace > 1e-24 * size else { throw BaselineError.noVariation(side: side) }
        }
    }
}

/// The rows of pairs side by side, x before y, as doubles, a block at a time.
private struct PairBlocks {
    let x: LatentRows
    let y: LatentRows
    let xRows: [Int]
    let yRows: [Int]
    let unitY: Bool
    let base: ScoreBase?

    private static let rows = 1024
    private var count: Int { xRows.count }
    private var width: Int { x.channels + y.channels }

    func means() -> [Double] {
        var sums = [Double](repeating: 0, count: width)
        forEachBlock { rows, count in
            for row in 0..<count {
                for column in 0..<width { sums[column] += rows[row * width + column] }
            }
        }
        return sums.map { $0 / Double(count) }
    }

    /// The covariance `[width, width]`, divided by the number of pairs.
    func covariance(around means: [Double]) -> Matrix {
        var sums = [Double](repeating: 0, count: width * width)
        forEachBlock { rows, count in
            for row in 0..<count {
                for column in 0..<width { rows[row * width + column] -= means[column] }
            }
            blas_dsyrk(Int32(width), Int32(count), rows, &sums)
        }
        for row in 0..<width {
            for column in row..<width {
                sums[row * width + column] /= Double(count)
                sums[column * width + row] = sums[row * width + column]
            }
        }
        return Matrix(rows: width, columns: width, values: sums)
    }

    /// Calls `body` with rows `[count, width]` that it may change.
    private func forEachBlock(_ body: (_ rows: UnsafeMutablePointer<Double>, _ count: Int) -> Void) {
        var block = [Double](repeating: 0, count: Self.rows * width)
        for first in stride(from: 0, to: count, by: Self.rows) {
            let part = first..<min(first + Self.rows, count)
            block.withUnsafeMutableBufferPointer { block in
                guard let start = block.baseAddress else { return }
                let left = gathered(x, xRows[part]), right = gathered(y, yRows[part])
                place(left, at: start)
                place(unitY ? right.normalized() : right, at: start + x.channels)
                if let base { takeOff(base(left), at: start + x.channels) }
                body(start, part.count)
            }
        }
    }

    private func gathered(_ side: LatentRows, _ rows: ArraySlice<Int>) -> Tensor {
        Tensor(shape: [rows.count, side.channels]) { floats in
            if let start = floats.baseAddress { side.gather(rows, into: start) }
        }
    }

    private func place(_ rows: Tensor, at start: UnsafeMutablePointer<Double>) {
        forEachNumber(of: rows) { place, value in start[place] = value }
    }

    private func takeOff(_ rows: Tensor, at start: UnsafeMutablePointer<Double>) {
        forEachNumber(of: rows) { place, value in start[place] -= value }
    }

    /// Calls `body` with each number and its index in a block that starts with the first row.
    private func forEachNumber(of rows: Tensor, _ body: (_ place: Int, _ value: Double) -> Void) {
        let channels = rows.channels
        rows.withFloats { floats in
            for row in 0..<floats.count / channels {
                for column in 0..<channels { body(row * width + column, Double(floats[row * channels + column])) }
            }
        }
    }
}
