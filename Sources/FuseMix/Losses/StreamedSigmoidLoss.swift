import CKernels
import Foundation
import TensorCore

/// The sigmoid loss of SigLIP (arXiv 2303.15343, algorithm 1) with the starting scalars of SAIL (arXiv 2412.04616):
/// every pair of the batch is a binary question of its own, so no row is normalised over all others.
///
/// loss = 1 / batch · Σ over all batch² pairs of -log sigmoid(z · (scale · x · y + bias)), with z = 1 for pairs of
/// equal label and -1 for the others; so it is a mean over rows of a sum over columns. Without labels each row has its
/// own. Scale is learnt as its logarithm. One walk over the similarities, three products of 2 · batch² · channels
/// operations. The same bits at a fixed thread count.
public struct StreamedSigmoidLoss: Sendable {
    /// Natural logarithm of the factor of the similarities; the first of the loss's scalars.
    public var logScale: Double
    /// Bias added to a scaled similarity; the second scalar.
    public var bias: Double
    private let tileSide: Int

    public init(logScale: Double = log(20), bias: Double = -10) {
        self.init(logScale: logScale, bias: bias, tileSide: SimilarityTiles.defaultSide)
    }

    init(logScale: Double, bias: Double, tileSide: Int) {
        (self.logScale, self.bias, self.tileSide) = (logScale, bias, tileSide)
    }

    /// - Parameters:
    ///   - x: `[batch, channels]`, rows of length 1; at least one.
    ///   - y: the same shape; row i belongs to row i of x.
    ///   - labels: one a row; rows of equal label are positives of each other.
    ///   - withGradientY: whether y is trained, too; a third of the work.
    /// - Returns: the loss, its gradients and those of logScale and bias.
    public func callAsFunction(
        _ x: Tensor, _ y: Tensor, labels: [Int32]? = nil, withGradientY: Bool = true
    ) -> LossValue {
        precondition(labels.map { $0.count == x.rows } ?? true, "one label a row")
        let labels = labels ?? (0..<Int32(x.rows)).map { $0 }
        var losses = [Double](repeating: 0, count: x.rows), slopes = losses
        let gradients = LossBatch.gradients(x, y, withGradientY: withGradientY) { batch in
            let tiles = SimilarityTiles(batch, side: tileSide)
            tiles.walk { tile in
                weigh(tile, labels, &losses, &slopes)
                tiles.addGradients(of: tile, scale: Float(exp(logScale) / Double(batch.count)))
            }
        }
        let count = Double(x.rows)
        // The loss depends on x only through scale · similarity, so the gradient along x is the scale's, times the
        // scale.
        let slope = gradients.x.withFloats { g in
            x.withFloats { ck_dot($0.baseAddress, g.baseAddress, Int64(g.count)) }
        }
        return LossValue(
            loss: losses.reduce(0, +) / count, gradientX: gradients.x, gradientY: gradients.y,
            scalarGradients: [slope, slopes.reduce(0, +) / count])
    }

    /// Adds up a tile's losses and gradients with respect to the logits by row; overwrites the tile with these
    /// gradients.
    private func weigh(
        _ tile: SimilarityTiles.Tile, _ labels: [Int32], _ losses: inout [Double], _ slopes: inout [Double]
    ) {
        let (row, column) = (tile.rows.lowerBound, tile.columns.lowerBound)
        labels.withUnsafeBufferPointer { labels in
            losses.withUnsafeMutableBufferPointer { losses in
                slopes.withUnsafeMutableBufferPointer { slopes in
                    ck_sigmoid_loss(
                        tile.start, Int64(tile.stride), Int64(tile.rows.count), Int64(tile.columns.count),
                        labels.baseAddress.map { $0 + row }, labels.baseAddress.map { $0 + column },
                        Float(exp(logScale)), Float(bias), losses.baseAddress.map { $0 + row },
                        slopes.baseAddress.map { $0 + row })
                }
            }
        }
    }
}
