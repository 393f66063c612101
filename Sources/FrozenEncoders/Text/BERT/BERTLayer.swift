import TensorCore

/// One transformer layer of BERT: self-attention and a feed-forward part, each added to its input and then normalised.
struct BERTLayer: Sendable {
    private let query, key, value, attentionOutput, intermediate, output: Linear
    private let attentionNorm, outputNorm: LayerNorm
    private let heads: Int

    /// Reads the weights. Throws `TensorFileError`.
    init(_ name: String, _ config: BERTConfig, _ weights: WeightReader, _ precision: Precision) throws {
        let (hidden, inner, epsilon) = (config.hiddenSize, config.intermediateSize, config.normEpsilon)
        let attention = "\(name).attention"
        let (parts, projection, norm) =
            config.family == .mpnet
            ? (["attn.q", "attn.k", "attn.v"], "attn.o", "LayerNorm")
            : (["self.query", "self.key", "self.value"], "output.dense", "output.LayerNorm")
        query = try weights.linear("\(attention).\(parts[0])", hidden, hidden, precision)
        key = try weights.linear("\(attention).\(parts[1])", hidden, hidden, precision)
        value = try weights.linear("\(attention).\(parts[2])", hidden, hidden, precision)
        attentionOutput = try weights.linear("\(attention).\(projection)", hidden, hidden, precision)
        attentionNorm = try weights.layerNorm("\(attention).\(norm)", hidden, epsilon: epsilon)
        intermediate = try weights.linear("\(name).intermediate.dense", hidden, inner, activation: .gelu, precision)
        output = try weights.linear("\(name).output.dense", inner, hidden, precision)
        outputNorm = try weights.layerNorm("\(name).output.LayerNorm", hidden, epsilon: epsilon)
        heads = config.heads
    }

    /// `[batch, tokens, hidden]` → the same shape; `bias` is added to the scores of attention.
    func callAsFunction(_ x: Tensor, bias: Tensor?) -> Tensor {
        let attended = scaledDotProductAttention(
            query: query(x), key: key(x), value: value(x), heads: heads, bias: bias)
        let x = attentionNorm(x + attentionOutput(attended))
        return outputNorm(x + output(intermediate(x)))
    }
}
