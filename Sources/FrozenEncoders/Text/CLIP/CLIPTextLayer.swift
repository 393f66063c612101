import TensorCore

/// One transformer layer of CLIP's text encoder: causal self-attention and a feed-forward part, each over a normalised
/// input and added to it.
struct CLIPTextLayer: Sendable {
    private let attentionNorm, feedForwardNorm: LayerNorm
    private let query, key, value, attentionOutput, intermediate, output: Linear
    private let heads: Int

    /// Reads the weights. Throws `TensorFileError`.
    init(_ name: String, _ config: CLIPTextConfig, _ weights: WeightReader, _ precision: Precision) throws {
        let (hidden, inner, epsilon) = (config.hiddenSize, config.intermediateSize, config.normEpsilon)
        attentionNorm = try weights.layerNorm("\(name).layer_norm1", hidden, epsilon: epsilon)
        query = try weights.linear("\(name).self_attn.q_proj", hidden, hidden, precision)
        key = try weights.linear("\(name).self_attn.k_proj", hidden, hidden, precision)
        value = try weights.linear("\(name).self_attn.v_proj", hidden, hidden, precision)
        attentionOutput = try weights.linear("\(name).self_attn.out_proj", hidden, hidden, precision)
        feedForwardNorm = try weights.layerNorm("\(name).layer_norm2", hidden, epsilon: epsilon)
        intermediate = try weights.linear("\(name).mlp.fc1", hidden, inner, activation: config.activation, precision)
        output = try weights.linear("\(name).mlp.fc2", inner, hidden, precision)
        heads = config.heads
    }

    /// `[batch, tokens, hidden]` → the same shape.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let normalized = attentionNorm(x)
        let attended = scaledDotProductAttention(
            query: query(normalized), key: key(normalized), value: value(normalized), heads: heads, isCausal: true)
        let x = x + attentionOutput(attended)
        return x + output(intermediate(feedForwardNorm(x)))
    }
}
