import Foundation
import TensorCore

/// The layouts in which Whispers are published.
enum WhisperLayout {
    /// `WhisperModel` of Hugging Face transformers.
    case transformers
    /// `Whisper` of MLX (mlx-examples, `whisper/mlx_whisper/whisper.py`): OpenAI's names, convolutions with their channels last,
    /// and no positions, which are computed.
    case mlx

    /// Names of the encoder's sizes in `config.json`.
    var fields: (hidden: String, inner: String, layers: String, heads: String, bands: String, positions: String) {
        switch self {
        case .transformers:
            (
                "d_model", "encoder_ffn_dim", "encoder_layers", "encoder_attention_heads", "num_mel_bins",
                "max_source_positions"
            )
        case .mlx: ("n_audio_state", "n_audio_state", "n_audio_layer", "n_audio_head", "n_mels", "n_audio_ctx")
        }
    }

    var layers: String { self == .mlx ? "blocks" : "layers" }
    var finalNorm: String { self == .mlx ? "ln_post" : "layer_norm" }

    var layerNames: PreNormLayer.Names {
        switch self {
        case .transformers:
            .init(
                attentionNorm: "self_attn_layer_norm", query: "self_attn.q_proj", key: "self_attn.k_proj",
                value: "self_attn.v_proj", attentionOutput: "self_attn.out_proj", feedForwardNorm: "final_layer_norm",
                intermediate: "fc1", output: "fc2")
        case .mlx:
            .init(
                attentionNorm: "attn_ln", query: "attn.query", key: "attn.key", value: "attn.value",
                attentionOutput: "attn.out", feedForwardNorm: "mlp_ln", intermediate: "mlp1", output: "mlp2")
        }
    }

    /// The weight of a convolution of three frames, `[outputs, inputs, 1, 3]`.
    func convolution(_ name: String, _ inputs: Int, _ outputs: Int, _ weights: WeightReader) throws -> Tensor {
        switch self {
        case .transformers: return try weights.tensor(name, [outputs, inputs, 3]).reshaped([outputs, inputs, 1, 3])
        case .mlx:
            let kernels = try weights.tensor(name, [outputs, 3, inputs]).float32()
            let turned = (0..<outputs).map { kernels.item($0).transposed().reshaped([inputs, 1, 3]) }
            return .stacked(turned)
        }
    }

    /// Position embeddings, added to the frames' states, `[positions, hidden]`.
    func positions(_ count: Int, _ hidden: Int, _ weights: WeightReader) throws -> Tensor {
        switch self {
        case .transformers: try weights.tensor("embed_positions.weight", [count, hidden]).float32()
        case .mlx: Self.sinusoids(count, hidden)
        }
    }

    /// Sines, then cosines, of wavelengths from 2π to 20,000π in a geometric row (`sinusoids` of OpenAI's `whisper/model.py`).
    private static func sinusoids(_ count: Int, _ hidden: Int) -> Tensor {
        let half = hidden / 2
        let frequencies = (0..<half).map { exp(-log(10_000) * Double($0) / Double(half - 1)) }
        return Tensor(
            (0..<count).flatMap { place in
                let angles = frequencies.map { Double(place) * $0 }
                return (angles.map { sin($0) } + angles.map { cos($0) }).map(Float.init)
            }, shape: [count, hidden])
    }
}
