import TensorCore

/// One transformer layer of BERT: self-attention and a feed-forward part, each added to its input and then normalised.
struct BERTLayer: Sendable {
    private let query, key, value, attentionOutput, intermediate, output: Linear
    private let attentionNorm, outputNorm: LayerNorm
    private let heads: Int

    /// Names of the parts in a layer.
    private struct Names {
        let query, key, value, attentionOutput, attentionNorm: String
        var intermediate = "intermediate.dense", output = "output.dense", outputNorm = "output.LayerNorm"

        static func of(_ family: BERTConfig.Family) -> Names {
            switch family {
            case .bert, .roberta, .xlmRoberta, .clapText:
                Names(
                    query: "attention.self.query", key: "attention.self.key", value: "attention.self.value",
                    attentionOutput: "attention.output.dense", attentionNorm: "attention.output.LayerNorm")
            case .mpnet:
                Names(
                    query: "attention.attn.q", key: "attention.attn.k", value: "attention.attn.v",
                    attentionOutput: "attention.attn.o", attentionNorm: "attention.LayerNorm")
            case .distilBERT:
                Names(
                    query: "attention.q_lin", key: "attention.k_lin", value: "attention.v_lin",
                    attentionOutput: "attention.out_lin", attentionNorm: "sa_layer_norm",
                    intermediate: "ffn.lin1", output: "ffn.lin2", outputNorm: "output_layer_norm")
            }
        }
    }

    /// Reads the weights. Throws `TensorFileError`.
    init(_ name: String, _ config: BERTConfig, _ weights: WeightReader, _ precision: Precision) throws {
        let (hidden, inner, epsilon) = (config.hiddenSize, config.intermediateSize, config.normEpsilon)
        let names = Names.of(config.family)
        func linear(_ part: String, _ inputs: Int, _ outputs: Int, _ activation: Activation = .none) throws -> Linear {
            try weights.linear("\(name).\(part)", inputs, outputs, activation: activation, precision)
        }
        query = try linear(names.query, hidden, hidden)
        key = try linear(names.key, hidden, hidden)
        value = try linear(names.value, hidden, hidden)
        attentionOutput = try linear(names.attentionOutput, hidden, hidden)
        attentionNorm = try weights.layerNorm("\(name).\(names.attentionNorm)", hidden, epsilon: epsilon)
        intermediate = try linear(names.intermediate, hidden, inner, .gelu)
        output = try linear(names.output, inner, hidden)
        outputNorm = try weights.layerNorm("\(name).\(names.outputNorm)", hidden, epsilon: epsilon)
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
