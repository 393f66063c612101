import FilesOnDisk
import Foundation
import PictureFiles
import TensorCore

/// MobileNetV2 (Sandler et al., arXiv 1801.04381) in the layout of transformers: maps a picture to one vector, the spatial mean
/// of the last feature map.
struct MobileNetV2: ImageEncoder {
    let embeddingLength: Int
    let preparation: PicturePreparation
    private let network: InvertedBottleneckNetwork

    /// Reads `config.json`, `preprocessor_config.json` and the weights in `folder`, of any name and format that transformers
    /// reads. Throws `FileContentError` or `TensorFileError`, naming the file, where they are unfit.
    init(contentsOf folder: URL, precision: Precision) throws {
        let preparation = try PicturePreparation(contentsOf: folder.appending(path: "preprocessor_config.json"))
        let file = folder.appending(path: "config.json")
        let config = try MobileNetV2Config(contentsOf: file)
        let form = config.form(imageSize: preparation.side)
        try form.validate(FieldCheck(file: file.path(percentEncoded: false)))
        let stored = MappedTensors(
            try TensorFile.open(TensorFile.weights(in: folder)),
            prefixes: [("mobilenet_v2.", ""), ("classifier.", nil)])
        let weights = FoldedTensors(stored, origins: config.origins, epsilon: config.normEpsilon)
        network = try WeightReader.read(weights) { try InvertedBottleneckNetwork(form, $0, precision) }
        (embeddingLength, self.preparation) = (form.embeddingLength, preparation)
    }

    func encode(_ picture: Picture) -> Tensor { embed(preparation.input(of: picture)).item(0) }

    /// `[1, side, side, 3]` → `[1, embeddingLength]`.
    func embed(_ input: Tensor) -> Tensor { network(input) }
}

/// The `config.json` of a MobileNetV2.
private struct MobileNetV2Config: CheckedJSON {
    let normEpsilon: Float
    private let modelType: String
    private let multiplier: Double
    private let divisor: Int
    private let least: Int
    private let expansion: Int
    private let isFinegrained: Bool
    private let activation: String
    private let usual: [(field: String, holds: Bool, expected: String)]

    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case multiplier = "depth_multiplier"
        case divisor = "depth_divisible_by"
        case least = "min_depth"
        case expansion = "expand_ratio"
        case isFinegrained = "finegrained_output"
        case activation = "hidden_act"
        case normEpsilon = "layer_norm_eps"
        case outputStride = "output_stride"
        case startsExpanded = "first_layer_is_expansion"
        case padsAsTensorFlow = "tf_padding"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        modelType = try fields.decode(String.self, forKey: .modelType)
        multiplier = try fields.value(.multiplier, default: 1)
        divisor = try fields.value(.divisor, default: 8)
        least = try fields.value(.least, default: 8)
        expansion = Int(exactly: try fields.value(.expansion, default: 6.0)) ?? 0
        isFinegrained = try fields.value(.isFinegrained, default: true)
        activation = try fields.value(.activation, default: "relu6")
        normEpsilon = try fields.value(.normEpsilon, default: 0.001)
        usual = [
            ("output_stride", try fields.value(.outputStride, default: 32) == 32, "32"),
            ("first_layer_is_expansion", try fields.value(.startsExpanded, default: true), "true"),
            ("tf_padding", try fields.value(.padsAsTensorFlow, default: true), "true"),
        ]
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(modelType, is: "mobilenet_v2", "model_type")
        try check.require(activation, is: "relu6", "hidden_act")
        try check.require(multiplier, in: 0.01...8, "depth_multiplier")
        try check.require(divisor, in: 1...1024, "depth_divisible_by")
        try check.require(least, in: 1...1024, "min_depth")
        try check.require(expansion, in: 2...64, "expand_ratio")
        try check.require(normEpsilon, in: 1e-12...0.1, "layer_norm_eps")
        for (field, holds, expected) in usual { try check.require(holds, field, expected) }
    }

    /// Channels of the bottlenecks' outputs, and their strides; the first has no expansion and adds nothing.
    private static let blocks = [
        (16, 1), (24, 2), (24, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1), (64, 1), (96, 1), (96, 1),
        (96, 1), (160, 2), (160, 1), (160, 1), (320, 1),
    ]

    func form(imageSize: Int) -> InvertedBottleneckNetwork.Form {
        InvertedBottleneckNetwork.Form(
            imageSize: imageSize, stem: .init(kernel: 3, stride: 2, channels: channels(32)),
            blocks: Self.blocks.enumerated().map { index, block in
                .init(
                    expansion: index == 0 ? 1 : expansion, kernel: 3, stride: block.1, channels: channels(block.0),
                    addsInput: index > 0)
            },
            embeddingLength: isFinegrained && multiplier < 1 ? 1280 : channels(1280))
    }

    /// A multiple of the divisor near the product, at most a tenth less.
    private func channels(_ count: Int) -> Int {
        let wanted = (Double(count) * multiplier).rounded(.toNearestOrEven)
        let near = max(least, Int(wanted + Double(divisor) / 2) / divisor * divisor)
        return Double(near) < 0.9 * wanted ? near + divisor : near
    }

    /// Where each convolution lies.
    var origins: [String: FoldedTensors.Origin] {
        func origin(_ name: String) -> FoldedTensors.Origin {
            .init(weight: "\(name).convolution.weight", normalization: "\(name).normalization")
        }
        var origins = [
            "stem": origin("conv_stem.first_conv"), "blocks.0.depthwise": origin("conv_stem.conv_3x3"),
            "blocks.0.project": origin("conv_stem.reduce_1x1"), "head": origin("conv_1x1"),
        ]
        for index in 1..<Self.blocks.count {
            for (part, layer) in [("expand", "expand_1x1"), ("depthwise", "conv_3x3"), ("project", "reduce_1x1")] {
                origins["blocks.\(index).\(part)"] = origin("layer.\(index - 1).\(layer)")
            }
        }
        return origins
    }
}
