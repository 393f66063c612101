import CKernels
import TensorCore

/// A short code for long vectors: their coordinates along principal components, around their mean, written as a point of the unit
/// sphere of one dimension more.
///
/// A vector whose coordinates are c becomes (c / radius, √(1 − |c|² / radius²)). So 1 − cosine of two codes is half the squared
/// distance of the vectors over radius², up to the change of the last number, which is small where the radius is large beside the
/// coordinates; and an adapter that is trained by cosine onto codes is trained by squared error onto the vectors.
public struct PrincipalCode: Sendable {
    /// `[channels]`
    public let mean: Tensor
    /// `[count, channels]`: orthogonal rows of length 1.
    public let components: Tensor
    /// Length of the coordinates that lie on the sphere's equator.
    public let radius: Float

    /// Numbers of a code.
    public var length: Int { components.shape[0] + 1 }

    /// Most vectors that components are fitted to.
    static let mostFitted = 2048
    /// Radius in greatest lengths of the coordinates fitted to.
    private static let room: Float = 2
    /// Columns that are in memory at a time, as floats.
    private static let block = 4096

    public init(mean: Tensor, components: Tensor, radius: Float) {
        precondition(
            components.shape.count == 2 && components.shape[0] > 0 && mean.shape == [components.shape[1]],
            "components \(components.shape) around a mean \(mean.shape)")
        (self.mean, self.components, self.radius) = (mean.float32(), components.float32(), radius)
    }

    /// Fits mean and components to rows `used` of vectors `[n, channels]`, f32 or f16; of more than 2,048 rows every n-th.
    ///
    /// - Parameter count: The most components; there are no more than rows less one, nor any without variance.
    /// - Throws: `TrainingError.notFinite`; `BaselineError` for fewer than two rows, rows that are all alike, or a decomposition that
    ///   does not converge.
    public init(fitting vectors: Tensor, rows used: [Int], count: Int) throws {
        let stride = (used.count + Self.mostFitted - 1) / Self.mostFitted
        let rows = used.enumerated().filter { $0.offset % max(1, stride) == 0 }.map(\.element)
        guard rows.count >= 2 else { throw BaselineError.tooFewPairs(found: rows.count) }
        if let row = try LatentRows(vectors, side: "y", channels: vectors.channels).firstNotFinite(used) {
            throw TrainingError.notFinite(side: "y", row: row)
        }
        let n = rows.count, channels = vectors.channels
        var means = [Float](repeating: 0, count: channels)
        let gram = FloatBuffer(zeros: n * n)
        vectors.forEachBlock(of: rows, width: Self.block) { start, width, block in
            for column in 0..<width {
                let sum = (0..<n).reduce(0.0) { $0 + Double(block[$1 * width + column]) }
                means[start + column] = Float(sum / Double(n))
                for row in 0..<n { block[row * width + column] -= means[start + column] }
            }
            multiply(
                false, true, m: n, n: n, k: width, alpha: 1, a: block, lda: width, b: block, ldb: width, beta: 1,
                c: gram.start, ldc: n)
        }
        let matrix = Matrix(rows: n, columns: n, values: (0..<n * n).map { Double(gram.start[$0]) })
        let (values, vectorsOfGram) = try matrix.symmetricEigen()
        let largest = values[n - 1]
        let kept = (0..<min(count, n - 1)).map { n - 1 - $0 }.filter { values[$0] > max(0, 1e-6 * largest) }
        guard !kept.isEmpty else { throw BaselineError.noVariation(side: "y") }
        // Row k of the components is Σ u[k, row] / √λ[k] · (row − mean).
        let weights = kept.flatMap { place in
            vectorsOfGram.row(place).map { Float($0 / values[place].squareRoot()) }
        }
        let components = Tensor(shape: [kept.count, channels]) { components in
            guard let target = components.baseAddress else { return }
            vectors.forEachBlock(of: rows, width: Self.block) { start, width, block in
                for row in 0..<n {
                    for column in 0..<width { block[row * width + column] -= means[start + column] }
                }
                multiply(
                    false, false, m: kept.count, n: width, k: n, alpha: 1, a: weights, lda: n, b: block, ldb: width,
                    beta: 0, c: target + start, ldc: channels)
            }
        }
        self.init(mean: Tensor(means, shape: [channels]), components: components, radius: 1)
        let lengths = coordinates(of: vectors, rows: rows).map { row in row.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        self = PrincipalCode(mean: mean, components: components, radius: Self.room * (lengths.max() ?? 1))
    }

    /// The code with its numbers rounded to half precision, as they are stored.
    public func rounded() -> PrincipalCode {
        PrincipalCode(mean: mean.float16(), components: components.float16(), radius: radius)
    }

    /// Codes `[rows, length]` of rows of vectors `[n, channels]`, each of length 1.
    public func codes(of vectors: Tensor, rows: [Int]) -> Tensor {
        let points = coordinates(of: vectors, rows: rows).flatMap { coordinates in
            let scaled = coordinates.map { $0 / radius }
            let square = scaled.reduce(0) { $0 + $1 * $1 }
            // Beyond the equator there is nothing: what lies so far out is brought to it.
            let shrink = square > 1 ? 1 / square.squareRoot() : 1
            return scaled.map { $0 * shrink } + [max(0, 1 - square).squareRoot()]
        }
        return Tensor(points, shape: [rows.count, length])
    }

    /// The vectors `[n, channels]` of codes `[n, length]`.
    public func vectors(of codes: Tensor) -> Tensor {
        precondition(codes.shape.count == 2 && codes.channels == length, "codes \(codes.shape) of length \(length)")
        let n = codes.shape[0], channels = mean.count, count = length - 1
        return Tensor(shape: [n, channels]) { result in
            guard let target = result.baseAddress else { return }
            mean.withFloats { mean in
                for row in 0..<n {
                    mean.baseAddress.map { target.advanced(by: row * channels).update(from: $0, count: channels) }
                }
            }
            codes.withFloats { codes in
                components.withFloats { components in
                    guard let codes = codes.baseAddress, let components = components.baseAddress else { return }
                    multiply(
                        false, false, m: n, n: channels, k: count, alpha: radius, a: codes, lda: length, b: components,
                        ldb: channels, beta: 1, c: target, ldc: channels)
                }
            }
        }
    }

    /// Coordinates of rows along the components.
    private func coordinates(of vectors: Tensor, rows: [Int]) -> [[Float]] {
        let (n, count, channels) = (rows.count, length - 1, mean.count)
        precondition(vectors.channels == channels, "vectors of \(channels) numbers, not \(vectors.channels)")
        let sums = FloatBuffer(zeros: n * count)
        mean.withFloats { mean in
            components.withFloats { components in
                guard let components = components.baseAddress else { return }
                vectors.forEachBlock(of: rows, width: Self.block) { start, width, block in
                    for row in 0..<n {
                        for column in 0..<width { block[row * width + column] -= mean[start + column] }
                    }
                    multiply(
                        false, true, m: n, n: count, k: width, alpha: 1, a: block, lda: width, b: components + start,
                        ldb: channels, beta: 1, c: sums.start, ldc: count)
                }
            }
        }
        return (0..<n).map { row in (0..<count).map { sums.start[row * count + $0] } }
    }
}

extension Tensor {
    /// Calls `body` with the rows' numbers in some columns, `[rows, width]`, which it may change, block by block.
    fileprivate func forEachBlock(
        of rows: [Int], width most: Int,
        _ body: (_ start: Int, _ width: Int, _ block: UnsafeMutablePointer<Float>) -> Void
    ) {
        precondition(dtype == .float32 || dtype == .float16, "floats of 4 or 2 bytes, not \(dtype.rawValue)")
        let buffer = FloatBuffer(count: rows.count * min(most, channels))
        withBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            for start in stride(from: 0, to: channels, by: most) {
                let width = min(most, channels - start)
                for (place, row) in rows.enumerated() {
                    let source = base + (row * channels + start) * dtype.size
                    let target = buffer.start + place * width
                    if dtype == .float32 {
                        target.update(from: source.assumingMemoryBound(to: Float.self), count: width)
                    } else {
                        ck_float16_to_float32(source.assumingMemoryBound(to: UInt16.self), target, Int64(width))
                    }
                }
                body(start, width, buffer.start)
            }
        }
    }
}
