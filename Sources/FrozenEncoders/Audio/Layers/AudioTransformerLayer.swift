import TensorCore

/// One layer of a transformer that normalises the inputs of self-attention and of its feed-forward part, and adds each to its
/// input (Xiong et al., arXiv 2002.04745).
struct AudioTransformerLayer: Sendable {
    /// The sizes that all layers of an encoder share.
    struct Size {
        let hidden: Int
        let inner: Int
        let heads: Int
        let epsilon: Float
        let activation: Activation
        var queryHasBias = true
        var keyHasBias = true
        var valueHasBias = true
    }

    /// The names of the parts in a file, without the layer's own.
    struct Names {
        let attentionNorm, query, key, value, attentionOutput, feedForwardNorm, intermediate, output: String
    }

    private let attentionNorm, feedForwardNorm: LayerNorm
    private let query, key, value, attentionOutput, intermediate, output: Linear
    private let heads: Int

    /// Reads the weights. Throws `TensorFileError`.
    init(_ layer: String, _ names: Names, _ size: Size, _ weights: WeightReader, _ precision: Precision) throws {
        let (hidden, inner, name) = (size.hidden, size.inner, { (part: String) in "\(layer).\(part)" })
        attentionNorm = try weights.layerNorm(name(names.attentionNorm), hidden, epsilon: size.epsilon)
        query = try weights.linear(name(names.query), hidden, hidden, hasBias: size.queryHasBias, precision)
        key = try weights.linear(name(names.key), hidden, hidden, hasBias: size.keyHasBias, precision)
        value = try weights.linear(name(names.value), hidden, hidden, hasBias: size.valueHasBias, precision)
        attentionOutput = try weights.linear(name(names.attentionOutput), hidden, hidden, precision)
        feedForwardNorm = try weights.layerNorm(name(names.feedForwardNorm), hidden, epsilon: size.epsilon)
        intermediate = try weights.linear(
            name(names.intermediate), hidden, inner, activation: size.activation, precision)
        output = try weights.linear(name(names.output), inner, hidden, precision)
        heads = size.heads
    }

    /// `[batch, tokens, hidden]` → the same shape.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let normalized = attentionNorm(x)
        let attended = scaledDotProductAttention(
            query: query(normalized), key: key(normalized), value: value(normalized), heads: heads)
        let x = x + attentionOutput(attended)
        return x + output(intermediate(feedForwardNorm(x)))
    }
}
