import TensorCore

/// The layouts that CLIP's text encoders are published in, mapped to the one that `CLIPTextModel` reads: that of
/// `CLIPTextModel` in transformers without `text_model.`, and `text_projection.weight`.
package enum CLIPTextNames {
    /// The tensors of a transformers file, or those below `prefix` in a checkpoint, such as
    /// “cond_stage_model.transformer.” (Stable Diffusion 1.x) or “conditioner.embedders.0.transformer.” (SDXL). Those of a
    /// whole CLIP that are not of its text encoder are left out.
    package static func transformers(_ source: any TensorSource, prefix: String = "") -> MappedTensors {
        MappedTensors(source) { name, _ in
            guard name.hasPrefix(prefix) else { return [] }
            let name = name.dropFirst(prefix.count), wrapper = "text_model."
            guard !["vision_model.", "visual_projection.", "logit_scale"].contains(where: name.hasPrefix) else {
                return []
            }
            return [(String(name.hasPrefix(wrapper) ? name.dropFirst(wrapper.count) : name), .init(prefix + name))]
        }
    }

    /// The tensors of OpenCLIP's layout below `prefix`, such as “cond_stage_model.model.” (Stable Diffusion 2.x) or
    /// “conditioner.embedders.1.model.” (SDXL): query, key and value come apart, the projection is turned
    /// (`convert_open_clip_checkpoint` of diffusers).
    ///
    /// - Parameter penultimateOnly: Whether the last layer and the projection are left out, as Stable Diffusion 2.x does.
    package static func openCLIP(
        _ source: any TensorSource, prefix: String = "", penultimateOnly: Bool = false
    ) -> MappedTensors {
        let start = prefix + "transformer.resblocks."
        let layers = source.names.compactMap { name -> Int? in
            name.hasPrefix(start) ? Int(name.dropFirst(start.count).prefix { $0 != "." }) : nil
        }
        let lastLayer = layers.max()
        return MappedTensors(source) { name, shape in
            guard name.hasPrefix(prefix) else { return [] }
            guard name.hasPrefix(start) else {
                guard let new = names[String(name.dropFirst(prefix.count))] else { return [] }
                let isProjection = new == "text_projection.weight"
                return isProjection && penultimateOnly ? [] : [(new, .init(name, isTransposed: isProjection))]
            }
            let parts = name.dropFirst(start.count).split(separator: ".", maxSplits: 1)
            guard parts.count == 2, let layer = Int(parts[0]), !(penultimateOnly && layer == lastLayer) else {
                return []
            }
            return layerTensors(String(parts[1]), shape).map { new, rows in
                ("encoder.layers.\(layer).\(new)", .init(name, rows: rows))
            }
        }
    }

    private static let names = [
        "token_embedding.weight": "embeddings.token_embedding.weight",
        "positional_embedding": "embeddings.position_embedding.weight",
        "ln_final.weight": "final_layer_norm.weight", "ln_final.bias": "final_layer_norm.bias",
        "text_projection": "text_projection.weight",
    ]

    /// Tensors of the new layout that a layer's tensor is made of, with the rows that each takes.
    private static func layerTensors(_ name: String, _ shape: [Int]) -> [(String, Range<Int>?)] {
        for kind in ["weight", "bias"] where name == "attn.in_proj_\(kind)" {
            let third = (shape.first ?? 0) / 3
            return ["q", "k", "v"].enumerated().map { index, part in
                ("self_attn.\(part)_proj.\(kind)", index * third..<(index + 1) * third)
            }
        }
        let new = [
            ("ln_1", "layer_norm1"), ("ln_2", "layer_norm2"), ("attn", "self_attn"), ("mlp.c_fc", "mlp.fc1"),
            ("mlp.c_proj", "mlp.fc2"),
        ].first { name.hasPrefix($0.0 + ".") }
        return [(new.map { $0.1 + name.dropFirst($0.0.count) } ?? name, nil)]
    }
}
