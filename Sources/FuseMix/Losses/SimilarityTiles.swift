import TensorCore

/// The similarity matrix x · yᵀ of a batch, one square tile at a time, so that it is never in memory whole.
///
/// Tiles come row by row of the matrix. As many as fit into a fixed memory are kept for the next walk, which need not
/// compute them again.
final class SimilarityTiles {
    /// Similarities `[rows.count, columns.count]` of some rows of x with some rows of y, `stride` floats from row to
    /// row.
    struct Tile {
        let start: UnsafeMutablePointer<Float>
        let stride: Int
        let rows: Range<Int>
        let columns: Range<Int>
        /// Column in which the tile's first row meets its own pair.
        var diagonal: Int64 { Int64(rows.lowerBound - columns.lowerBound) }
    }

    /// Measured: a smaller tile slows the products, a larger one only costs memory.
    static let defaultSide = 1024
    /// Most bytes of kept tiles: batches up to 4,096 whole.
    private static let keptBytes = 1 << 26

    private let batch: LossBatch
    private let side: Int
    private let stride: Int
    private var kept: [FloatBuffer] = []
    private lazy var passing = FloatBuffer(count: side * stride)

    init(_ batch: LossBatch, side: Int) {
        self.batch = batch
        self.side = min(side, batch.count)
        // Padding, because rows whose distance is a power of two would share a few sets of the cache.
        stride = self.side + 16
    }

    /// Calls `body` with every tile; changes to a kept tile are there at the next walk.
    func walk(_ body: (Tile) -> Void) {
        var index = 0
        for row in Swift.stride(from: 0, to: batch.count, by: side) {
            for column in Swift.stride(from: 0, to: batch.count, by: side) {
                body(tile(index, row..<min(row + side, batch.count), column..<min(column + side, batch.count)))
                index += 1
            }
        }
    }

    private func tile(_ index: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Tile {
        let isKept = index < kept.count
        let memory = isKept ? kept[index] : freshMemory()
        if !isKept {
            multiply(
                false, true, m: rows.count, n: columns.count, k: batch.channels, alpha: 1,
                a: batch.x + rows.lowerBound * batch.channels, lda: batch.channels,
                b: batch.y + columns.lowerBound * batch.channels, ldb: batch.channels,
                beta: 0, c: memory.start, ldc: stride)
        }
        return Tile(start: memory.start, stride: stride, rows: rows, columns: columns)
    }

    private func freshMemory() -> FloatBuffer {
        guard (kept.count + 1) * side * stride * MemoryLayout<Float>.size <= Self.keptBytes else { return passing }
        kept.append(FloatBuffer(count: side * stride))
        return kept[kept.count - 1]
    }

    /// Adds to the gradients of x and y, given a tile of gradients with respect to similarities, times `scale`.
    func addGradients(of tile: Tile, scale: Float) {
        let channels = batch.channels
        let (row, column) = (tile.rows.lowerBound * channels, tile.columns.lowerBound * channels)
        multiply(
            false, false, m: tile.rows.count, n: channels, k: tile.columns.count, alpha: scale,
            a: tile.start, lda: stride, b: batch.y + column, ldb: channels,
            beta: 1, c: batch.gradientX + row, ldc: channels)
        guard let gradientY = batch.gradientY else { return }
        multiply(
            true, false, m: tile.columns.count, n: channels, k: tile.rows.count, alpha: scale,
            a: tile.start, lda: stride, b: batch.x + row, ldb: channels,
            beta: 1, c: gradientY + column, ldc: channels)
    }
}
