import TensorCore

/// A transformer layer whose tokens attend to those of their own window, windows being shifted by half in every other layer (Liu
/// et al., arXiv 2103.14030).
struct SwinLayer: Sendable {
    private let attentionNorm, feedForwardNorm: LayerNorm
    private let query, key, value, attentionOutput, intermediate, output: Linear
    private let heads, window, windowCount: Int
    /// Places of the tokens, window by window.
    private let order: [Int]
    /// Where each token stands in that order.
    private let inverse: [Int]
    /// Biases on the scores within each kind of window, `[heads, tokens, tokens]`.
    private let biases: [Tensor]
    /// The kind of each window.
    private let kinds: [Int]

    /// Reads the weights. Throws `TensorFileError`.
    init(
        _ name: String, _ stage: Int, isShifted: Bool, _ config: CLAPAudioConfig, _ weights: WeightReader,
        _ precision: Precision
    ) throws {
        let (width, epsilon) = (config.width << stage, config.normEpsilon)
        let inner = Int(config.innerRatio * Double(width))
        let attention = "\(name).attention.self"
        let hasBias = config.queryHasBias
        attentionNorm = try weights.layerNorm("\(name).layernorm_before", width, epsilon: epsilon)
        query = try weights.linear("\(attention).query", width, width, hasBias: hasBias, precision)
        key = try weights.linear("\(attention).key", width, width, hasBias: hasBias, precision)
        value = try weights.linear("\(attention).value", width, width, hasBias: hasBias, precision)
        attentionOutput = try weights.linear("\(name).attention.output.dense", width, width, precision)
        feedForwardNorm = try weights.layerNorm("\(name).layernorm_after", width, epsilon: epsilon)
        intermediate = try weights.linear(
            "\(name).intermediate.dense", width, inner, activation: TransformerActivation.named(config.activation),
            precision)
        output = try weights.linear("\(name).output.dense", inner, width, precision)
        (heads, window) = (config.heads[stage], config.windowSize)
        let (side, window, heads) = (config.side(ofStage: stage), config.windowSize, config.heads[stage])
        let relative = try weights.tensor(
            "\(attention).relative_position_bias_table", [(2 * window - 1) * (2 * window - 1), heads]
        ).floats

        // A single window is not shifted.
        let shift = isShifted && side > window ? window / 2 : 0
        let across = side / window
        windowCount = across * across
        order = (0..<side * side).map { place in
            let (cell, token) = (place / (window * window), place % (window * window))
            let row = cell / across * window + token / window, column = cell % across * window + token % window
            return (row + shift) % side * side + (column + shift) % side
        }
        var inverse = [Int](repeating: 0, count: order.count)
        for (place, token) in order.enumerated() { inverse[token] = place }
        self.inverse = inverse
        kinds = (0..<across * across).map { cell in
            shift == 0 ? 0 : (cell / across == across - 1 ? 2 : 0) + (cell % across == across - 1 ? 1 : 0)
        }
        biases = (0..<(shift == 0 ? 1 : 4)).map {
            Self.bias(relative, heads, window, shift, lastRow: $0 & 2 != 0, lastColumn: $0 & 1 != 0)
        }
    }

    /// The bias of two tokens by their distance; −100 between those that only the shift has brought together, which stand in a
    /// window at the end of an axis.
    private static func bias(
        _ relative: [Float], _ heads: Int, _ window: Int, _ shift: Int, lastRow: Bool, lastColumn: Bool
    ) -> Tensor {
        let count = window * window
        func region(_ token: Int) -> Int {
            (lastRow && token / window >= window - shift ? 2 : 0)
                + (lastColumn && token % window >= window - shift ? 1 : 0)
        }
        return Tensor(shape: [heads, count, count]) { bias in
            for (index, _) in bias.enumerated() {
                let (head, i, j) = (index / (count * count), index / count % count, index % count)
                let row = i / window - j / window + window - 1, column = i % window - j % window + window - 1
                bias[index] =
                    relative[(row * (2 * window - 1) + column) * heads + head] + (region(i) == region(j) ? 0 : -100)
            }
        }
    }

    /// `[side · side, width]` → the same shape.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let normalized = attentionNorm(x).gathered(order)
        let cells = [windowCount, window * window, x.channels]
        let (q, k, v) = (
            query(normalized).reshaped(cells), key(normalized).reshaped(cells), value(normalized).reshaped(cells)
        )
        let attended = Tensor.concatenated(
            (0..<windowCount).map { cell in
                let one = cell..<cell + 1
                return scaledDotProductAttention(
                    query: q.items(one), key: k.items(one), value: v.items(one), heads: heads, bias: biases[kinds[cell]]
                )
            })
        let x = x + attentionOutput(attended.reshaped(x.shape)).gathered(inverse)
        return x + output(intermediate(feedForwardNorm(x)))
    }
}
