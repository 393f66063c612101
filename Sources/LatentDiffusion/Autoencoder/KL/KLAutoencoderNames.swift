import TensorCore

/// The layouts that the autoencoders of Stable Diffusion are published in, mapped to that of diffusers' `AutoencoderKL`
/// (as its `convert_ldm_vae_checkpoint` and `_convert_deprecated_attention_blocks` do).
package enum KLAutoencoderNames {
    /// The tensors of an autoencoder in diffusers' layout, with old or new names of the attention, or in the original one
    /// of latent diffusion; those below `prefix`, such as “first_stage_model.” in a checkpoint.
    ///
    /// What training left beside the weights (`loss.…`, `model_ema.…`) is left out.
    package static func diffusers(_ source: any TensorSource, prefix: String = "") -> MappedTensors {
        let start = prefix + "decoder.up."
        let levels = source.names.compactMap { name in
            name.hasPrefix(start) ? Int(name.dropFirst(start.count).prefix { $0 != "." }) : nil
        }
        let last = levels.max() ?? 0
        return MappedTensors(source) { name, _ in
            guard name.hasPrefix(prefix) else { return [] }
            let short = String(name.dropFirst(prefix.count))
            guard !short.hasPrefix("loss."), !short.hasPrefix("model_ema.") else { return [] }
            let new = diffusersName(short, lastLevel: last)
            return [(new, .init(name, isPointwise: new.contains(".attentions.")))]
        }
    }

    /// The name in diffusers' layout of a tensor of any layout; a name that none of them has stays as it is.
    ///
    /// - Parameter lastLevel: The highest number of a level of the original decoder, which counts from the finest.
    private static func diffusersName(_ name: String, lastLevel: Int) -> String {
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, ["encoder", "decoder"].contains(parts[0]) else { return name }
        switch parts[1] {
        case "norm_out": parts[1] = "conv_norm_out"
        case "mid":
            parts[1] = "mid_block"
            parts.replaceSubrange(2...2, with: middle[parts[2]] ?? [parts[2]])
        case "down", "up":
            guard let level = Int(parts[2]), parts.count >= 5 else { return name }
            (parts[1], parts[2]) =
                parts[1] == "down" ? ("down_blocks", "\(level)") : ("up_blocks", "\(lastLevel - level)")
            switch parts[3] {
            case "block": parts[3] = "resnets"
            case "downsample": parts[3] = "downsamplers.0"
            case "upsample": parts[3] = "upsamplers.0"
            default: return name
            }
        default: break
        }
        if let place = parts.firstIndex(of: "nin_shortcut") { parts[place] = "conv_shortcut" }
        if let place = parts.firstIndex(of: "attentions"), place + 2 < parts.count {
            parts[place + 2] = attention[parts[place + 2]] ?? parts[place + 2]
        }
        return parts.joined(separator: ".")
    }

    private static let middle = [
        "block_1": ["resnets", "0"], "block_2": ["resnets", "1"], "attn_1": ["attentions", "0"],
    ]

    /// The layers of an attention by their names in the original layout and in diffusers before 0.16.
    private static let attention = [
        "norm": "group_norm", "q": "to_q", "k": "to_k", "v": "to_v", "proj_out": "to_out.0",
        "query": "to_q", "key": "to_k", "value": "to_v", "proj_attn": "to_out.0",
    ]
}
