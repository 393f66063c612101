import TensorCore

/// One transformer layer of BERT: self-attention and a feed-forward part, each added to its input and then normalised.
struct BERTLayer: Sendable {
    private let query, key, value, attentionOutput, intermediate, output: Linear
    private let attentionNorm, outputNorm: LayerNorm
    private let heads: Int

    /// Throws `TensorFileError`.
    init(_ weights: BERTWeights, index: Int) throws {
        let (hidden, inner) = (weights.config.hiddenSize, weights.config.intermediateSize)
        let layer = "encoder.layer.\(index)"
        let attention = "\(layer).attention"
        query = try weights.linear("\(attention).self.query", hidden, to: hidden)
        key = try weights.linear("\(attention).self.key", hidden, to: hidden)
        value = try weights.linear("\(attention).self.value", hidden, to: hidden)
        attentionOutput = try weights.linear("\(attention).output.dense", hidden, to: hidden)
        attentionNorm = try weights.norm("\(attention).output.LayerNorm")
        intermediate = try weights.linear("\(layer).intermediate.dense", hidden, to: inner, activation: .gelu)
        output = try weights.linear("\(layer).output.dense", inner, to: hidden)
        outputNorm = try weights.norm("\(layer).output.LayerNorm")
        heads = weights.config.heads
    }

    /// `[batch, tokens, hidden]` → the same shape.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let attended = scaledDotProductAttention(query: query(x), key: key(x), value: value(x), heads: heads)
        let x = attentionNorm(x + attentionOutput(attended))
        return outputNorm(x + output(intermediate(x)))
    }
}

/// The parts of BERT made from a checkpoint by their names.
struct BERTWeights {
    let file: SafetensorsFile
    let config: BERTConfig
    let precision: Precision

    func linear(_ name: String, _ inputs: Int, to outputs: Int, activation: Activation = .none) throws -> Linear {
        Linear(
            weight: try file.tensor("\(name).weight", shape: [outputs, inputs]),
            bias: try file.tensor("\(name).bias", shape: [outputs]),
            activation: activation, precision: precision)
    }

    func norm(_ name: String) throws -> LayerNorm {
        LayerNorm(
            weight: try file.tensor("\(name).weight", shape: [config.hiddenSize]),
            bias: try file.tensor("\(name).bias", shape: [config.hiddenSize]), epsilon: config.normEpsilon)
    }
}
