import CKernels
import TensorCore

/// The symmetric InfoNCE loss of CLIP (arXiv 2103.00020, figure 3) and FuseMix (arXiv 2312.10144), exact, in memory
/// that grows with batch · channels: similarities exist a tile at a time.
///
/// With logits l = x · yᵀ / temperature, the loss is ½ (mean over rows + mean over columns) of -Σ q · log softmax(l),
/// where q is 1 on the diagonal. With labels, q is instead uniform over the rows of equal label, the row's own pair
/// included (supervised contrastive learning, “out” form: arXiv 2004.11362, equation 2); unique labels change nothing.
///
/// The softmax of a row or column is computed online, relative to its own largest logit, so that any temperature in
/// [0.001, 0.5] is safe. The positive is kept out of the sums: the loss and its gradient are computed from the odds of
/// the others against it and stay precise when the loss is nearly 0. Four products of 2 · batch² · channels operations,
/// or three where all tiles fit into 64 MB. The same bits at a fixed thread count.
public struct StreamedInfoNCE: Sendable {
    /// Divisor of the similarities; positive. The loss's only scalar.
    public var temperature: Double
    private let tileSide: Int

    public init(temperature: Double) { self.init(temperature: temperature, tileSide: SimilarityTiles.defaultSide) }

    init(temperature: Double, tileSide: Int) { (self.temperature, self.tileSide) = (temperature, tileSide) }

    /// - Parameters:
    ///   - x: `[batch, channels]`, rows of length 1; at least one.
    ///   - y: the same shape; row i belongs to row i of x.
    ///   - labels: one a row; rows of equal label are positives of each other.
    ///   - withGradientY: whether y is trained, too; a quarter of the work.
    /// - Returns: the loss, its gradients and the temperature's.
    public func callAsFunction(
        _ x: Tensor, _ y: Tensor, labels: [Int32]? = nil, withGradientY: Bool = true
    ) -> LossValue {
        precondition(temperature > 0, "a temperature of \(temperature)")
        var loss = 0.0
        let gradients = LossBatch.gradients(x, y, withGradientY: withGradientY) { batch in
            loss = pull(batch, labels.map(PositiveGroups.init)) + contrast(batch)
        }
        // The loss depends only on similarity over temperature.
        let slope = gradients.x.withFloats { g in
            x.withFloats { ck_dot($0.baseAddress, g.baseAddress, Int64(g.count)) }
        }
        return LossValue(
            loss: loss, gradientX: gradients.x, gradientY: gradients.y, scalarGradients: [-slope / temperature])
    }

    /// The loss with each row's own pair as its only positive; adds its gradients.
    private func contrast(_ batch: LossBatch) -> Double {
        let tiles = SimilarityTiles(batch, side: tileSide)
        let rows = SoftmaxLines(count: batch.count), columns = SoftmaxLines(count: batch.count)
        let positives = FloatBuffer(count: batch.count)
        let inverse = Float(1 / temperature)
        tiles.walk { tile in
            ck_softmax_add(
                tile.start, Int64(tile.stride), Int64(tile.rows.count), Int64(tile.columns.count), tile.diagonal,
                inverse, rows.from(tile.rows.lowerBound), columns.from(tile.columns.lowerBound),
                positives.start + tile.rows.lowerBound)
        }
        let loss =
            rows.close(positives: positives, temperature: temperature)
            + columns.close(positives: positives, temperature: temperature)
        let scale = 1 / (2 * Double(batch.count))
        tiles.walk { tile in
            ck_softmax_weigh(
                tile.start, Int64(tile.stride), Int64(tile.rows.count), Int64(tile.columns.count), tile.diagonal,
                inverse, rows.from(tile.rows.lowerBound), columns.from(tile.columns.lowerBound))
            tiles.addGradients(of: tile, scale: Float(scale / temperature))
        }
        return loss * scale
    }

    /// Returns the change due to further positives: the mean similarity with them replaces that with the own pair. Both
    /// directions change by the same, Σ x · (y - mean of y in its group) / temperature. Adds the gradients.
    private func pull(_ batch: LossBatch, _ positives: PositiveGroups?) -> Double {
        guard let positives else { return 0 }
        precondition(positives.groups.count == batch.count, "one label a row")
        let scale = 1 / (Double(batch.count) * temperature)
        positives.addDeviations(of: batch.y, channels: batch.channels, scale: scale, to: batch.gradientX)
        if let gradientY = batch.gradientY {
            positives.addDeviations(of: batch.x, channels: batch.channels, scale: scale, to: gradientY)
        }
        return ck_dot(batch.x, batch.gradientX, Int64(batch.count * batch.channels))
    }
}
