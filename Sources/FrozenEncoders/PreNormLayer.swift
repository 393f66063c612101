import TensorCore

/// A transformer layer over normalised input: self-attention, then a feed-forward part, each added to what went in (Xiong et al.,
/// arXiv 2002.04745). Layers of CLIP, SigLIP, DINOv2, Whisper and audio spectrogram transformers are such.
struct PreNormLayer: Sendable {
    struct Form: Sendable, Equatable {
        var hidden: Int
        var inner: Int
        var heads: Int
        var normEpsilon: Float
        var activation: Activation
        /// Whether a token sees those before it only.
        var isCausal = false
        /// Whether both parts are scaled channel by channel before they are added (Touvron et al., arXiv 2103.17239).
        var isScaled = false
        /// Whether the feed-forward part is gated by SiLU (Shazeer, arXiv 2002.05202), in place of its activation.
        var isGated = false
        var queryHasBias = true
        var keyHasBias = true
        var valueHasBias = true
    }

    /// The names of a layer's tensors.
    struct Names: Sendable {
        let attentionNorm, query, key, value, attentionOutput, feedForwardNorm, intermediate, output: String
        var attentionScale = "", feedForwardScale = ""

        /// Those of CLIP and SigLIP in transformers.
        static let clip = Names(
            attentionNorm: "layer_norm1", query: "self_attn.q_proj", key: "self_attn.k_proj",
            value: "self_attn.v_proj", attentionOutput: "self_attn.out_proj", feedForwardNorm: "layer_norm2",
            intermediate: "mlp.fc1", output: "mlp.fc2")
    }

    private let attentionNorm, feedForwardNorm: LayerNorm
    private let query, key, value, attentionOutput, intermediate, output: Linear
    private let attentionScale, feedForwardScale: Tensor?
    private let form: Form

    /// Reads the weights of the layer of that name. Throws `TensorFileError`.
    init(
        _ name: String, _ form: Form, _ names: Names = .clip, _ weights: WeightReader, _ precision: Precision
    ) throws {
        let (hidden, inner) = (form.hidden, form.inner)
        func linear(
            _ part: String, _ inputs: Int, _ outputs: Int, _ activation: Activation = .none, hasBias: Bool = true
        ) throws -> Linear {
            try weights.linear("\(name).\(part)", inputs, outputs, hasBias: hasBias, activation: activation, precision)
        }
        attentionNorm = try weights.layerNorm("\(name).\(names.attentionNorm)", hidden, epsilon: form.normEpsilon)
        query = try linear(names.query, hidden, hidden, hasBias: form.queryHasBias)
        key = try linear(names.key, hidden, hidden, hasBias: form.keyHasBias)
        value = try linear(names.value, hidden, hidden, hasBias: form.valueHasBias)
        attentionOutput = try linear(names.attentionOutput, hidden, hidden)
        feedForwardNorm = try weights.layerNorm("\(name).\(names.feedForwardNorm)", hidden, epsilon: form.normEpsilon)
        intermediate =
            form.isGated
            ? try linear(names.intermediate, hidden, 2 * inner)
            : try linear(names.intermediate, hidden, inner, form.activation)
        output = try linear(names.output, inner, hidden)
        func scale(_ part: String) throws -> Tensor? {
            form.isScaled ? try weights.tensor("\(name).\(part)", [hidden]).float32() : nil
        }
        (attentionScale, feedForwardScale) = (try scale(names.attentionScale), try scale(names.feedForwardScale))
        self.form = form
    }

    /// `[batch, tokens, hidden]` → the same shape.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let normalized = attentionNorm(x)
        let attended = scaledDotProductAttention(
            query: query(normalized), key: key(normalized), value: value(normalized), heads: form.heads,
            isCausal: form.isCausal)
        let x = added(x, attentionOutput(attended), attentionScale)
        let inner = intermediate(feedForwardNorm(x))
        return added(x, output(form.isGated ? inner.gatedBySiLU() : inner), feedForwardScale)
    }

    private func added(_ x: Tensor, _ branch: Tensor, _ scale: Tensor?) -> Tensor {
        scale.map { x.adding(branch, gate: $0) } ?? x + branch
    }
}
