import LatentDiffusion
import TensorCore

/// Files of tensors that are no checkpoint of Stable Diffusion, told by their names.
enum ForeignCheckpoint {
    /// The refiner of SDXL has a text encoder and a U-Net, but draws from what another model has drawn.
    static func isRefiner(_ names: [String]) -> Bool {
        names.contains { $0.hasPrefix("conditioner.embedders.0.model.") }
    }

    /// Parts of names that are in files with a U-Net of the usual names too.
    private static let relatives = [
        ("time_stack.", "Stable Video Diffusion"), ("quant_state.", "weights of less than 16 bits"),
        ("conditioner.embedders.0.model.", "the refiner of Stable Diffusion XL"),
    ]

    private static let others = [
        ("motion_modules.", "motion modules of AnimateDiff"), ("clip_txt_pooled_mapper.", "Stable Cascade"),
        ("adaln_single.", "PixArt"), ("double_layers.", "AuraFlow"), ("style_embedder.", "Hunyuan-DiT"),
        ("cap_embedder.", "Lumina"), ("double_blocks.", "Flux"), ("joint_blocks.", "Stable Diffusion 3"),
        ("hada_w1", "a LyCORIS"), ("lokr_", "a LyCORIS"), ("lora_", "a LoRA"), ("lora_A.", "a LoRA"),
        ("control_model.", "a ControlNet"), ("ip_adapter.", "an IP-Adapter"), ("image_proj.", "an IP-Adapter"),
        ("adapter.body.", "a T2I-Adapter"), ("emb_params", "the embedding of a textual inversion"),
        ("string_to_param", "the embedding of a textual inversion"), ("RRDB_trunk.", "an upscaler"),
        ("body.0.rdb1.", "an upscaler"), ("embed_tokens.", "a language model"), ("visual.", "a CLIP"),
        ("down_blocks.", "a single part of a model"), ("decoder.", "an autoencoder"), ("encoder.", "an autoencoder"),
        ("text_model.", "a text encoder"),
    ]

    /// What the file looks like: a part of a sentence.
    static func kind(of weights: any TensorSource) -> String {
        let names = weights.names
        func sign(_ signs: [(String, String)]) -> String? {
            signs.first { sign in names.contains { $0.contains(sign.0) } }?.1
        }
        if let relative = sign(relatives) { return relative }
        if let shape = weights.layout(of: UNetNames.prefix + "input_blocks.0.0.weight")?.shape, shape.count == 4 {
            return shape[1] == 4
                ? "a U-Net of another kind"
                : "a U-Net that takes \(shape[1]) channels rather than the 4 of the latents (for inpainting or editing)"
        }
        return sign(others) ?? names.min().map { "tensors such as “\($0.onOneLine)”" } ?? "no tensors"
    }
}
