import TensorCore

/// A picture's vector as what a learnt query attends to among its tokens, and a feed-forward part (SigLIP's head; Zhai et al.,
/// arXiv 2106.04560).
struct AttentionPooling: Sendable {
    private let query: Tensor
    private let key, value, attentionOutput, intermediate, output: Linear
    private let norm: LayerNorm
    private let heads: Int

    /// Reads the weights. Throws `TensorFileError`.
    init(_ name: String, _ form: PreNormLayer.Form, _ weights: WeightReader, _ precision: Precision) throws {
        let hidden = form.hidden
        let probe = try weights.tensor("\(name).probe", [1, 1, hidden]).float32()
        let packed = try weights.tensor("\(name).attention.in_proj_weight", [3 * hidden, hidden])
        let biases = try weights.tensor("\(name).attention.in_proj_bias", [3 * hidden])
        func part(_ index: Int) -> Linear {
            let rows = index * hidden..<(index + 1) * hidden
            return Linear(weight: packed.items(rows), bias: biases.items(rows), precision: precision)
        }
        (query, key, value) = (part(0)(probe), part(1), part(2))
        attentionOutput = try weights.linear("\(name).attention.out_proj", hidden, hidden, precision)
        norm = try weights.layerNorm("\(name).layernorm", hidden, epsilon: form.normEpsilon)
        intermediate = try weights.linear(
            "\(name).mlp.fc1", hidden, form.inner, activation: form.activation, precision)
        output = try weights.linear("\(name).mlp.fc2", form.inner, hidden, precision)
        heads = form.heads
    }

    /// `[1, tokens, hidden]` → `[1, hidden]`.
    func callAsFunction(_ tokens: Tensor) -> Tensor {
        let attended = attentionOutput(
            scaledDotProductAttention(query: query, key: key(tokens), value: value(tokens), heads: heads)
        ).item(0)
        return attended + output(intermediate(norm(attended)))
    }
}
