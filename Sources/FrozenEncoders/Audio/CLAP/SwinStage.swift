import TensorCore

/// Layers of a Swin transformer at one resolution, and the merging of each two by two tokens behind them (Liu et al., arXiv
/// 2103.14030).
struct SwinStage: Sendable {
    private let layers: [SwinLayer]
    private let merging: (norm: LayerNorm, reduce: Linear)?
    private let side: Int

    /// Reads the weights. Throws `TensorFileError`.
    init(
        _ name: String, _ stage: Int, _ config: CLAPAudioConfig, _ weights: WeightReader, _ precision: Precision
    ) throws {
        let width = config.width << stage
        side = config.side(ofStage: stage)
        layers = try (0..<config.depths[stage]).map {
            try SwinLayer("\(name).blocks.\($0)", stage, isShifted: $0 % 2 == 1, config, weights, precision)
        }
        merging =
            stage == config.depths.count - 1
            ? nil
            : (
                try weights.layerNorm("\(name).downsample.norm", 4 * width, epsilon: 1e-5),
                try weights.linear("\(name).downsample.reduction", 4 * width, 2 * width, hasBias: false, precision)
            )
    }

    /// `[side · side, width]` → `[side · side / 4, 2 · width]`; in the last stage the same shape.
    func callAsFunction(_ tokens: Tensor) -> Tensor {
        let x = layers.reduce(tokens) { $1($0) }
        guard let merging else { return x }
        let quarters = [(0, 0), (1, 0), (0, 1), (1, 1)].map { row, column in
            x.gathered(
                (0..<side * side / 4).map { (2 * ($0 / (side / 2)) + row) * side + 2 * ($0 % (side / 2)) + column })
        }
        return merging.reduce(merging.norm(.besideEachOther(quarters)))
    }
}
