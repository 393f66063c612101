import TensorCore

/// A transformer block whose layer norms and residual branches are scaled by a conditioning signal
/// (adaLN-Zero: DiT, arXiv 2212.09748, section 3.2).
struct TransformerBlock: Sendable {
    private let norm: LayerNorm
    private let attention: NormalisedAttention
    private let fc1: Linear
    private let fc2: Linear
    /// One matrix, or two narrow ones one after the other (Cosmos, arXiv 2501.03575, section 5.1.2).
    private let modulation: [Linear]

    init(
        _ name: String, _ configuration: DiffusionTransformer.Configuration,
        _ weights: WeightReader, _ precision: Precision
    ) throws {
        let hidden = configuration.hiddenSize
        let mlp = configuration.mlpSize
        norm = LayerNorm(weight: nil, bias: nil, epsilon: configuration.normEpsilon)
        attention = try NormalisedAttention(name + ".attention", configuration, weights, precision)
        fc1 = try weights.linear(name + ".mlp.fc1", hidden, mlp, activation: .geluTanh, precision)
        fc2 = try weights.linear(name + ".mlp.fc2", mlp, hidden, precision)
        modulation =
            if let rank = configuration.modulationRank {
                [
                    try weights.linear(name + ".modulation.down", hidden, rank, hasBias: false, precision),
                    try weights.linear(name + ".modulation.up", rank, 6 * hidden, precision),
                ]
            } else {
                [try weights.linear(name + ".modulation", hidden, 6 * hidden, precision)]
            }
    }

    /// - Parameters:
    ///   - tokens: `[batch, tokens, hidden]`.
    ///   - signal: `[batch, hidden]`, of timestep and condition.
    func callAsFunction(_ tokens: Tensor, signal: Tensor) -> Tensor {
        let modulation = Modulation(modulation.reduce(signal) { $1($0) }, parts: 6)
        let attended = attention(modulation.modulate(norm(tokens), shift: 0, scale: 1))
        let tokens = modulation.add(attended, to: tokens, gate: 2)
        let branch = fc2(fc1(modulation.modulate(norm(tokens), shift: 3, scale: 4)))
        return modulation.add(branch, to: tokens, gate: 5)
    }
}

/// Self-attention with RMS-normalised queries and keys (Dehghani et al., arXiv 2302.05442, section 2).
private struct NormalisedAttention: Sendable {
    private let heads: Int
    private let query: Linear
    private let key: Linear
    private let value: Linear
    /// Normalises each head by itself.
    private let queryNorm: RMSNorm
    private let keyNorm: RMSNorm
    private let projection: Linear

    init(
        _ name: String, _ configuration: DiffusionTransformer.Configuration,
        _ weights: WeightReader, _ precision: Precision
    ) throws {
        let hidden = configuration.hiddenSize
        let headSize = configuration.headSize
        heads = hidden / headSize
        // Queries, keys and values are stacked in the rows of one matrix.
        let weight = try weights.tensor(name + ".qkv.weight", [3 * hidden, hidden]).reshaped([3, hidden, hidden])
        let bias = try weights.tensor(name + ".qkv.bias", [3 * hidden]).reshaped([3, hidden])
        query = Linear(weight: weight.item(0), bias: bias.item(0), precision: precision)
        key = Linear(weight: weight.item(1), bias: bias.item(1), precision: precision)
        value = Linear(weight: weight.item(2), bias: bias.item(2), precision: precision)
        queryNorm = try weights.rmsNorm(name + ".query_norm", headSize, epsilon: configuration.normEpsilon)
        keyNorm = try weights.rmsNorm(name + ".key_norm", headSize, epsilon: configuration.normEpsilon)
        projection = try weights.linear(name + ".projection", hidden, hidden, precision)
    }

    func callAsFunction(_ tokens: Tensor) -> Tensor {
        projection(
            scaledDotProductAttention(
                query: queryNorm(query(tokens)), key: keyNorm(key(tokens)), value: value(tokens), heads: heads))
    }
}
