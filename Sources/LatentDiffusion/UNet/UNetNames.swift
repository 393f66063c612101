import TensorCore

/// U-Nets in the layout of the original repositories (`model.diffusion_model.…`), mapped to the one that `UNet` reads
/// (`convert_ldm_unet_checkpoint` of diffusers).
package enum UNetNames {
    /// The prefix within a whole checkpoint.
    package static let prefix = "model.diffusion_model."

    package static func original(_ source: any TensorSource, _ configuration: UNetConfiguration) -> MappedTensors {
        let (count, blocks) = (configuration.levels.count, configuration.levels[0].blocks + 1)
        return MappedTensors(source) { name, _ in
            guard name.hasPrefix(prefix) else { return [] }
            let parts = name.dropFirst(prefix.count).split(separator: ".").map(String.init)
            return new(parts, levels: count, blocks: blocks, configuration).map { [($0, .init(name))] } ?? []
        }
    }

    /// The name that diffusers gives a layer of the original layout whose name has `_` for every `.`, as trainers write it;
    /// the part below a block is left flat. Nil for a layer of another layout.
    package static func layer(flat name: String, _ configuration: UNetConfiguration) -> String? {
        var parts: [String] = []
        for part in name.split(separator: "_").map(String.init) {
            if let last = parts.last, words.contains("\(last)_\(part)") {
                parts[parts.count - 1] = "\(last)_\(part)"
            } else {
                parts.append(part)
            }
        }
        let (count, blocks) = (configuration.levels.count, configuration.levels[0].blocks + 1)
        return new(parts + ["weight"], levels: count, blocks: blocks, configuration).map {
            String($0.dropLast(".weight".count))
        }
    }

    /// Names of the layout that hold a `_` themselves.
    private static let words: Set = [
        "time_embed", "label_emb", "input_blocks", "middle_block", "output_blocks", "in_layers", "out_layers",
        "emb_layers", "skip_connection",
    ]

    /// - Parameter blocks: Blocks of a level on the way up, and with the change of resolution down.
    private static func new(
        _ parts: [String], levels: Int, blocks: Int, _ configuration: UNetConfiguration
    ) -> String? {
        guard parts.count > 1 else { return nil }
        let rest = { (count: Int) in parts.dropFirst(count).joined(separator: ".") }
        switch (parts[0], Int(parts[1])) {
        case ("time_embed", let index?): return "time_embedding.linear_\(index / 2 + 1).\(rest(2))"
        case ("label_emb", 0?) where parts.count > 3:
            return Int(parts[2]).map { "add_embedding.linear_\($0 / 2 + 1).\(rest(3))" }
        case ("out", 0?): return "conv_norm_out.\(rest(2))"
        case ("out", 2?): return "conv_out.\(rest(2))"
        case ("input_blocks", 0?): return "conv_in.\(rest(3))"
        case ("input_blocks", let index?) where parts.count > 3:
            let (level, block) = ((index - 1) / blocks, (index - 1) % blocks)
            if parts[3] == "op" { return "down_blocks.\(level).downsamplers.0.conv.\(rest(4))" }
            return parts[2] == "0"
                ? residual("down_blocks.\(level).resnets.\(block)", Array(parts.dropFirst(3)))
                : "down_blocks.\(level).attentions.\(block).\(rest(3))"
        case ("middle_block", 1?): return "mid_block.attentions.0.\(rest(2))"
        case ("middle_block", let index?):
            return residual("mid_block.resnets.\(index / 2)", Array(parts.dropFirst(2)))
        case ("output_blocks", let index?) where parts.count > 3:
            let (level, block) = (index / blocks, index % blocks)
            if parts[3] == "conv" { return "up_blocks.\(level).upsamplers.0.conv.\(rest(4))" }
            return parts[2] == "0"
                ? residual("up_blocks.\(level).resnets.\(block)", Array(parts.dropFirst(3)))
                : "up_blocks.\(level).attentions.\(block).\(rest(3))"
        default: return nil
        }
    }

    private static func residual(_ name: String, _ parts: [String]) -> String? {
        let known = [
            ["in_layers", "0"]: "norm1", ["in_layers", "2"]: "conv1", ["emb_layers", "1"]: "time_emb_proj",
            ["out_layers", "0"]: "norm2", ["out_layers", "3"]: "conv2",
        ]
        if parts.first == "skip_connection" {
            return "\(name).conv_shortcut.\(parts.dropFirst().joined(separator: "."))"
        }
        return known[Array(parts.prefix(2))].map { "\(name).\($0).\(parts.dropFirst(2).joined(separator: "."))" }
    }
}

extension UNetConfiguration {
    /// The networks that single files hold, which say nothing of themselves but by their shapes: told by the width of the
    /// tokens that they attend to. Nil for another network, such as one that takes more than the latents.
    ///
    /// - Parameter weights: With names of the original layout.
    package init?(original weights: some TensorSource) {
        func shape(_ name: String) -> [Int]? { weights.layout(of: UNetNames.prefix + name)?.shape }
        guard let input = shape("input_blocks.0.0.weight"), input.count == 4,
            let output = shape("out.2.weight"), output.count == 4, input[1] == output[0], input[0] % 32 == 0
        else { return nil }
        let width = input[0]
        let context = ["input_blocks.1.1", "input_blocks.4.1"].lazy
            .compactMap { shape("\($0).transformer_blocks.0.attn2.to_k.weight") }.first?.last
        func level(_ factor: Int, layers: Int, heads: Int) -> Level {
            Level(
                channels: width * factor, downAttentions: Array(repeating: layers, count: layers > 0 ? 2 : 0),
                upAttentions: Array(repeating: layers, count: layers > 0 ? 3 : 0), blocks: 2, heads: heads,
                contextWidth: context ?? 0)
        }
        let levels: [Level]
        let isXL = shape("label_emb.0.0.weight") != nil
        switch (context, isXL) {
        case (768?, false): levels = [(1, 1), (2, 1), (4, 1), (4, 0)].map { level($0.0, layers: $0.1, heads: 8) }
        case (1024?, false):
            levels = [(1, 1), (2, 1), (4, 1), (4, 0)].map { level($0.0, layers: $0.1, heads: width * $0.0 / 64) }
        case (2048?, true):
            levels = [(1, 0), (2, 2), (4, 10)].map { level($0.0, layers: $0.1, heads: width * $0.0 / 64) }
        default: return nil
        }
        self.init(
            sampleSize: isXL ? 128 : 64, channels: input[1], levels: levels, middleAttention: isXL ? 10 : 1,
            normGroups: 32, normEpsilon: 1e-5, hasLinearProjection: context != 768, flipsSineToCosine: true,
            frequencyShift: 0, addition: isXL ? .init(sizeEmbedding: 256, pooledWidth: 1280) : nil,
            guidanceEmbedding: nil)
    }
}
