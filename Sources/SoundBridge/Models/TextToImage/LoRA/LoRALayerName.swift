/// The layer that a LoRA's tensors belong to, whichever way their names are written.
struct LoRALayerName: Sendable {
    let part: StableDiffusionPart
    /// The layer's name within the part, with `_` for every `.`: kohya's trainers write no other, and it is one to one.
    let flat: String

    private static let prefixes: [(String, StableDiffusionPart)] = [
        ("lora_unet_", .unet), ("lora_te_", .textEncoder), ("lora_te1_", .textEncoder), ("lora_te2_", .textEncoder2),
        ("unet.", .unet), ("text_encoder.", .textEncoder), ("text_encoder_2.", .textEncoder2),
        ("diffusion_model.", .unet), ("text_model.", .textEncoder),
    ]

    /// - Parameter name: As the file has it, without what follows the layer. Without a prefix it is the U-Net's.
    init(_ name: String) {
        let wrapper = "base_model.model."
        let inner = name.hasPrefix(wrapper) ? String(name.dropFirst(wrapper.count)) : name
        let prefix = Self.prefixes.first { inner.hasPrefix($0.0) }
        part = prefix?.1 ?? .unet
        let rest = String(inner.dropFirst(prefix?.0.count ?? 0)).replacing(".", with: "_")
        flat = part == .unet ? Self.unet(rest) : Self.text(rest)
    }

    /// Older versions of diffusers write the attention's processor and leave out the 0 of `to_out.0`.
    private static func unet(_ name: String) -> String {
        let name = name.replacing("_processor_", with: "_")
        return name.hasSuffix("_to_out") ? name + "_0" : name
    }

    /// Older versions of diffusers write `to_q` for `q_proj`.
    private static func text(_ name: String) -> String {
        let wrapper = "text_model_"
        let name = name.hasPrefix(wrapper) ? String(name.dropFirst(wrapper.count)) : name
        for part in ["q", "k", "v", "out"] where name.hasSuffix("self_attn_to_\(part)") {
            return "\(name.dropLast("to_\(part)".count))\(part)_proj"
        }
        return name
    }
}
