import FilesOnDisk
import Foundation

/// The shape of a U-Net, as `config.json` of diffusers' `UNet2DConditionModel` gives it, put in order: a level for each
/// resolution, finest first.
public struct UNetConfiguration: Sendable, Equatable {
    /// One resolution, on the way down and up.
    struct Level: Sendable, Equatable {
        var channels: Int
        /// Transformer layers of each attention on the way down, one attention behind each residual block; empty for a
        /// level without.
        var downAttentions: [Int]
        /// The same on the way up, which has one block more.
        var upAttentions: [Int]
        /// Residual blocks on the way down.
        var blocks: Int
        var heads: Int
        var contextWidth: Int
    }

    /// The pooled vector and the sizes that SDXL's network takes beside the timestep.
    struct Addition: Sendable, Equatable {
        /// Length of a size's embedding, of which there are six.
        var sizeEmbedding: Int
        var pooledWidth: Int
    }

    var sampleSize: Int
    var channels: Int
    var levels: [Level]
    /// Transformer layers of the attention in the middle; nil for a network without a middle.
    var middleAttention: Int?
    /// Heads and context width of the middle are those of the coarsest level.
    var normGroups: Int
    var normEpsilon: Float
    /// Whether attentions project their input by a linear layer rather than a convolution of one pixel; the product is the
    /// same, the weight's shape is not.
    var hasLinearProjection: Bool
    var flipsSineToCosine: Bool
    var frequencyShift: Double
    var addition: Addition?
    /// Length of the embedding of the guidance scale that a distilled network takes (LCM); nil for none.
    package var guidanceEmbedding: Int?

    /// Length of the timestep's embedding between its layers.
    var timeEmbedding: Int { levels[0].channels * 4 }
}

extension UNetConfiguration {
    /// Reads `config.json`. Throws `FileContentError`, naming the field, for a network of another kind.
    package init(contentsOf url: URL) throws {
        self = try UNetConfigurationFile(contentsOf: url).configuration
    }
}

/// The fields of the file. Fields of networks that are not read are checked to be absent or usual.
struct UNetConfigurationFile: CheckedJSON {
    private let className: String?
    private let sampleSize: Int?
    private let inChannels: Int?
    private let outChannels: Int?
    private let downTypes: [String]
    private let middleType: String?
    private let hasMiddleType: Bool
    private let upTypes: [String]
    private let channels: [Int]
    private let blocks: OneOrMany<Int>?
    private let attentions: OneOrMany<OneOrMany<Int>>?
    private let reversedAttentions: OneOrMany<OneOrMany<Int>>?
    private let heads: OneOrMany<Int>?
    private let contextWidths: OneOrMany<Int>?
    private let normGroups: Int?
    private let normEpsilon: Float?
    private let hasLinearProjection: Bool?
    private let flipsSineToCosine: Bool?
    private let frequencyShift: Double?
    private let addition: String?
    private let sizeEmbedding: Int?
    private let additionWidth: Int?
    private let guidanceEmbedding: Int?
    private let others: [String: Setting]

    private enum CodingKeys: String, CodingKey {
        case className = "_class_name"
        case sampleSize = "sample_size"
        case inChannels = "in_channels"
        case outChannels = "out_channels"
        case downTypes = "down_block_types"
        case middleType = "mid_block_type"
        case upTypes = "up_block_types"
        case channels = "block_out_channels"
        case blocks = "layers_per_block"
        case attentions = "transformer_layers_per_block"
        case reversedAttentions = "reverse_transformer_layers_per_block"
        case heads = "attention_head_dim"
        case contextWidths = "cross_attention_dim"
        case normGroups = "norm_num_groups"
        case normEpsilon = "norm_eps"
        case hasLinearProjection = "use_linear_projection"
        case flipsSineToCosine = "flip_sin_to_cos"
        case frequencyShift = "freq_shift"
        case addition = "addition_embed_type"
        case sizeEmbedding = "addition_time_embed_dim"
        case additionWidth = "projection_class_embeddings_input_dim"
        case guidanceEmbedding = "time_cond_proj_dim"
    }

    /// Fields that change the network in ways that are not built, with the value that does not.
    private static let usual: [String: Setting] = [
        "center_input_sample": .flag(false), "only_cross_attention": .flag(false), "downsample_padding": .number(1),
        "mid_block_scale_factor": .number(1), "act_fn": .text("silu"), "encoder_hid_dim": .null,
        "encoder_hid_dim_type": .null, "num_attention_heads": .null, "dual_cross_attention": .flag(false),
        "class_embed_type": .null, "num_class_embeds": .null, "resnet_time_scale_shift": .text("default"),
        "resnet_skip_time_act": .flag(false), "resnet_out_scale_factor": .number(1),
        "time_embedding_type": .text("positional"), "time_embedding_dim": .null, "time_embedding_act_fn": .null,
        "timestep_post_act": .null, "conv_in_kernel": .number(3), "conv_out_kernel": .number(3),
        "attention_type": .text("default"), "class_embeddings_concat": .flag(false), "cross_attention_norm": .null,
    ]

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func optional<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
            try fields.decodeIfPresent(Value.self, forKey: key)
        }
        (className, sampleSize) = (try optional(.className), try optional(.sampleSize))
        (inChannels, outChannels) = (try optional(.inChannels), try optional(.outChannels))
        downTypes = try fields.decode([String].self, forKey: .downTypes)
        (middleType, hasMiddleType) = (try optional(.middleType), fields.contains(.middleType))
        upTypes = try fields.decode([String].self, forKey: .upTypes)
        channels = try fields.decode([Int].self, forKey: .channels)
        (blocks, attentions, reversedAttentions) = (
            try optional(.blocks), try optional(.attentions), try optional(.reversedAttentions)
        )
        (heads, contextWidths) = (try optional(.heads), try optional(.contextWidths))
        (normGroups, normEpsilon) = (try optional(.normGroups), try optional(.normEpsilon))
        (hasLinearProjection, flipsSineToCosine) = (
            try optional(.hasLinearProjection), try optional(.flipsSineToCosine)
        )
        (frequencyShift, addition) = (try optional(.frequencyShift), try optional(.addition))
        (sizeEmbedding, additionWidth) = (try optional(.sizeEmbedding), try optional(.additionWidth))
        guidanceEmbedding = try optional(.guidanceEmbedding)
        let all = try decoder.container(keyedBy: AnyKey.self)
        others = try Dictionary(
            uniqueKeysWithValues: Self.usual.keys.compactMap { name in
                let key = AnyKey(stringValue: name)
                return all.contains(key) ? (name, try all.decode(Setting.self, forKey: key)) : nil
            })
    }

    func validate(_ check: FieldCheck) throws {
        if let className { try check.require(className, is: "UNet2DConditionModel", "_class_name") }
        for (name, value) in others.sorted(by: { $0.key < $1.key }) {
            let usual = Self.usual[name] ?? .null
            try check.require(value == usual || value == .null, name, "\(usual), as in networks of Stable Diffusion")
        }
        try check.require(
            inChannels ?? 4 == outChannels ?? 4, "in_channels",
            "equal to out_channels (\(outChannels ?? 4)): a network for inpainting or editing takes more than the latents"
        )
        try check.require(inChannels ?? 4, in: 1...64, "in_channels")
        try check.require(sampleSize ?? 64, in: 1...1024, "sample_size")
        let count = channels.count
        try check.require(1...8 ~= count, "block_out_channels", "a list of 1 to 8 widths")
        let groups = normGroups ?? 32
        try check.require(groups, in: 1...1024, "norm_num_groups")
        try check.require(
            channels.allSatisfy { 1...8192 ~= $0 && $0 % groups == 0 }, "block_out_channels",
            "widths of at most 8192 that norm_num_groups (\(groups)) divides")
        try check.require(channels[0] % 2 == 0, "block_out_channels", "such that the first width is even")
        try checkTypes(downTypes, ["DownBlock2D", "CrossAttnDownBlock2D"], count, "down_block_types", check)
        try checkTypes(upTypes, ["UpBlock2D", "CrossAttnUpBlock2D"], count, "up_block_types", check)
        if let middleType { try check.require(middleType, is: "UNetMidBlock2DCrossAttn", "mid_block_type") }
        let lists: [(OneOrMany<Int>?, ClosedRange<Int>, String)] = [
            (blocks, 1...16, "layers_per_block"), (heads, 1...1024, "attention_head_dim"),
            (contextWidths, 1...65_536, "cross_attention_dim"),
        ]
        for (list, range, name) in lists {
            guard let list else { continue }
            try check.require(
                list.fits(count) && list.all.allSatisfy(range.contains), name,
                "a number from \(range.lowerBound) to \(range.upperBound), or \(count) of them")
        }
        for (list, name) in [
            (attentions, "transformer_layers_per_block"), (reversedAttentions, "reverse_transformer_layers_per_block"),
        ] {
            let numbers = list?.all.flatMap(\.all) ?? []
            try check.require(
                list?.fits(count) ?? true && numbers.allSatisfy { 0...64 ~= $0 }, name,
                "a number from 0 to 64, or \(count) of them or of lists of them")
        }
        for (index, width) in channels.enumerated() {
            let heads = (heads ?? .one(8))[index]
            try check.require(
                width % heads == 0, "attention_head_dim", "numbers of heads that divide block_out_channels")
        }
        try check.require(normEpsilon ?? 1e-5, in: 1e-12...0.1, "norm_eps")
        try check.require(frequencyShift ?? 0, in: 0...1, "freq_shift")
        if let guidanceEmbedding {
            try check.require(guidanceEmbedding, in: 4...16_384, "time_cond_proj_dim")
            try check.require(guidanceEmbedding % 2 == 0, "time_cond_proj_dim", "even")
        }
        if let addition {
            try check.require(addition, is: "text_time", "addition_embed_type")
            let size = sizeEmbedding ?? 0, width = additionWidth ?? 0
            try check.require(
                size > 0 && size <= 4096 && size % 2 == 0, "addition_time_embed_dim", "even and at most 4096")
            try check.require(
                width > 6 * size && width <= 1 << 17, "projection_class_embeddings_input_dim",
                "more than six times addition_time_embed_dim (\(size))")
        }
        _ = try attentionCounts(check)
    }

    private func checkTypes(
        _ types: [String], _ known: [String], _ count: Int, _ field: String, _ check: FieldCheck
    ) throws {
        try check.require(types.count == count, field, "a list of \(count), one for each of block_out_channels")
        for type in types {
            try check.require(
                known.contains(type), field, "\(known.joined(separator: " or ")), not “\(type.onOneLine)”")
        }
    }

    /// Transformer layers of each level's attentions, down and up, and of the middle's.
    private func attentionCounts(_ check: FieldCheck?) throws -> (down: [[Int]], up: [[Int]], middle: Int) {
        let count = channels.count
        let layers = attentions ?? .one(.one(1)), blocks = blocks ?? .one(2)
        var (down, up): ([[Int]], [[Int]]) = ([], [])
        for level in 0..<count {
            let place = count - 1 - level
            let upward = reversedAttentions?[place] ?? layers[level]
            for (isUp, types, list, blocks) in [
                (false, downTypes[level], layers[level], blocks[level]),
                (true, upTypes[place], upward, blocks[level] + 1),
            ] {
                let counts = types.hasPrefix("CrossAttn") ? list.repeated(blocks) : []
                try check?.require(
                    counts.isEmpty || counts.count == blocks, "transformer_layers_per_block",
                    "a number or a list of \(blocks) for level \(level)")
                if isUp { up.append(counts) } else { down.append(counts) }
            }
        }
        let middle = layers[count - 1].all
        return (down, up, middle.first ?? 1)
    }

    var configuration: UNetConfiguration {
        get throws {
            let counts = try attentionCounts(nil)
            let levels = channels.indices.map { level in
                UNetConfiguration.Level(
                    channels: channels[level], downAttentions: counts.down[level], upAttentions: counts.up[level],
                    blocks: (blocks ?? .one(2))[level], heads: (heads ?? .one(8))[level],
                    contextWidth: (contextWidths ?? .one(1280))[level])
            }
            let hasMiddle = middleType != nil || !hasMiddleType
            return UNetConfiguration(
                sampleSize: sampleSize ?? 64, channels: inChannels ?? 4, levels: levels,
                middleAttention: hasMiddle ? counts.middle : nil, normGroups: normGroups ?? 32,
                normEpsilon: normEpsilon ?? 1e-5, hasLinearProjection: hasLinearProjection ?? false,
                flipsSineToCosine: flipsSineToCosine ?? true, frequencyShift: frequencyShift ?? 0,
                addition: addition.map { _ in
                    .init(
                        sizeEmbedding: sizeEmbedding ?? 0, pooledWidth: (additionWidth ?? 0) - 6 * (sizeEmbedding ?? 0))
                },
                guidanceEmbedding: guidanceEmbedding)
        }
    }
}

/// A value, or one for each level.
private enum OneOrMany<Value: Decodable & Sendable>: Decodable, Sendable {
    case one(Value)
    case many([Value])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let many = try? container.decode([Value].self) {
            self = .many(many)
        } else {
            self = .one(try container.decode(Value.self))
        }
    }

    var all: [Value] {
        switch self {
        case .one(let value): [value]
        case .many(let values): values
        }
    }

    func fits(_ count: Int) -> Bool {
        if case .many(let values) = self { values.count == count } else { true }
    }

    /// The value at a place that a list has.
    subscript(index: Int) -> Value {
        switch self {
        case .one(let value): value
        case .many(let values): values[index]
        }
    }

    func repeated(_ count: Int) -> [Value] {
        switch self {
        case .one(let value): Array(repeating: value, count: count)
        case .many(let values): values
        }
    }
}

/// A setting of any kind, to be compared only.
private enum Setting: Decodable, Sendable, Equatable, CustomStringConvertible {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .other
        }
    }

    var description: String {
        switch self {
        case .null: "null"
        case .flag(let flag): "\(flag)"
        case .number(let number): number == number.rounded() ? "\(Int(number))" : "\(number)"
        case .text(let text): "“\(text)”"
        case .other: "of another kind"
        }
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
