import TensorCore

/// Attention of pixels to each other and to the tokens of the condition (Rombach et al., arXiv 2112.10752, section 3.3;
/// diffusers' `Transformer2DModel`).
struct SpatialTransformer: Sendable {
    private let norm: GroupNorm
    private let projectionIn, projectionOut: Linear
    private let layers: [SpatialTransformerLayer]

    init(
        _ name: String, _ level: UNetConfiguration.Level, layers: Int, _ configuration: UNetConfiguration,
        _ weights: WeightReader, _ precision: Precision
    ) throws {
        let channels = level.channels, isConvolution = !configuration.hasLinearProjection
        norm = try weights.groupNorm(
            name + ".norm", channels, groups: configuration.normGroups, epsilon: 1e-6, activation: .none)
        projectionIn = try weights.pixelwise(
            name + ".proj_in", channels, channels, isConvolution: isConvolution, precision)
        self.layers = try (0..<layers).map {
            try SpatialTransformerLayer("\(name).transformer_blocks.\($0)", level, weights, precision)
        }
        projectionOut = try weights.pixelwise(
            name + ".proj_out", channels, channels, isConvolution: isConvolution, precision)
    }

    /// - Parameters:
    ///   - x: `[batch, height, width, channels]`.
    ///   - context: the condition's tokens, `[batch, tokens, contextWidth]`.
    /// - Returns: the shape of `x`.
    func callAsFunction(_ x: Tensor, _ context: Tensor) -> Tensor {
        let shape = x.shape
        let tokens = projectionIn(norm(x)).reshaped([shape[0], shape[1] * shape[2], shape[3]])
        return x + projectionOut(layers.reduce(tokens) { $1($0, context) }).reshaped(shape)
    }
}

/// Self-attention, cross-attention and a gated feed-forward part, each over a normalised input and added to it (diffusers'
/// `BasicTransformerBlock`).
private struct SpatialTransformerLayer: Sendable {
    private let norm1, norm2, norm3: LayerNorm
    private let selfAttention, crossAttention: ProjectedAttention
    private let gatedProjection, output: Linear

    init(_ name: String, _ level: UNetConfiguration.Level, _ weights: WeightReader, _ precision: Precision) throws {
        let channels = level.channels, inner = 4 * channels
        norm1 = try weights.layerNorm(name + ".norm1", channels, epsilon: 1e-5)
        selfAttention = try ProjectedAttention(name + ".attn1", level, context: channels, weights, precision)
        norm2 = try weights.layerNorm(name + ".norm2", channels, epsilon: 1e-5)
        crossAttention = try ProjectedAttention(name + ".attn2", level, context: level.contextWidth, weights, precision)
        norm3 = try weights.layerNorm(name + ".norm3", channels, epsilon: 1e-5)
        gatedProjection = try weights.linear(name + ".ff.net.0.proj", channels, 2 * inner, precision)
        output = try weights.linear(name + ".ff.net.2", inner, channels, precision)
    }

    func callAsFunction(_ x: Tensor, _ context: Tensor) -> Tensor {
        let normalized = norm1(x)
        let attended = x + selfAttention(normalized, to: normalized)
        let informed = attended + crossAttention(norm2(attended), to: context)
        return informed + output(gatedProjection(norm3(informed)).gatedByGELU())
    }
}

/// Multi-head attention with projections of its own.
private struct ProjectedAttention: Sendable {
    private let query, key, value, output: Linear
    private let heads: Int

    init(
        _ name: String, _ level: UNetConfiguration.Level, context: Int, _ weights: WeightReader, _ precision: Precision
    ) throws {
        let channels = level.channels
        query = try weights.linear(name + ".to_q", channels, channels, hasBias: false, precision)
        key = try weights.linear(name + ".to_k", context, channels, hasBias: false, precision)
        value = try weights.linear(name + ".to_v", context, channels, hasBias: false, precision)
        output = try weights.linear(name + ".to_out.0", channels, channels, precision)
        heads = level.heads
    }

    /// `[batch, tokens, channels]` → the same shape.
    func callAsFunction(_ x: Tensor, to context: Tensor) -> Tensor {
        output(scaledDotProductAttention(query: query(x), key: key(context), value: value(context), heads: heads))
    }
}
