import FilesOnDisk
import Foundation
import PictureFiles
import TensorCore

/// EfficientNet-Lite 0 to 4 in the layout of timm (`tf_efficientnet_lite0` …): maps a picture to one vector, the spatial mean of
/// the last feature map, without the classifier.
struct TIMMEfficientNetLite: ImageEncoder {
    let embeddingLength: Int
    let preparation: PicturePreparation
    private let network: InvertedBottleneckNetwork

    /// Reads `config.json` and the weights in `folder`. Throws `FileContentError` or `TensorFileError`, naming the file, where
    /// they are unfit.
    init(contentsOf folder: URL, precision: Precision) throws {
        let config = try TIMMEfficientNetLiteConfig(contentsOf: folder.appending(path: "config.json"))
        let stored = MappedTensors(
            try TensorFile.open(TensorFile.weights(in: folder)), prefixes: [("classifier.", nil)])
        let weights = FoldedTensors(stored, origins: config.origins, epsilon: 1e-3)
        network = try WeightReader.read(weights) { try InvertedBottleneckNetwork(config.form, $0, precision) }
        (embeddingLength, preparation) = (config.form.embeddingLength, config.preparation)
    }

    func encode(_ picture: Picture) -> Tensor { embed(preparation.input(of: picture)).item(0) }

    /// `[1, side, side, 3]` → `[1, embeddingLength]`.
    func embed(_ input: Tensor) -> Tensor { network(input) }
}

/// The `config.json` of such a folder: a network's name, and how its pictures are prepared.
struct TIMMEfficientNetLiteConfig: CheckedJSON {
    let preparation: PicturePreparation
    private let architecture: String

    private enum CodingKeys: String, CodingKey {
        case architecture
        case preparation = "pretrained_cfg"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        architecture = try fields.decode(String.self, forKey: .architecture)
        preparation = try PicturePreparation(timm: fields.superDecoder(forKey: .preparation))
    }

    func validate(_ check: FieldCheck) throws {
        let known = Self.scalings.keys.sorted()
        try check.require(
            known.contains(architecture), "architecture",
            "one of \(known.joined(separator: ", ")), not “\(architecture.onOneLine)”")
        try preparation.validate(check)
        try form.validate(check)
    }

    /// How many times the channels and the blocks of the smallest network each has (`efficientnet_lite_builder.py` of
    /// TensorFlow's TPU models).
    private static let scalings: [String: (width: Double, depth: Double)] = [
        "tf_efficientnet_lite0": (1.0, 1.0), "tf_efficientnet_lite1": (1.0, 1.1),
        "tf_efficientnet_lite2": (1.1, 1.2), "tf_efficientnet_lite3": (1.2, 1.4), "tf_efficientnet_lite4": (1.4, 1.8),
    ]

    /// The smallest network: blocks, kernel, the first one's stride, expansion, channels.
    private static let stages = [
        (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
        (1, 3, 1, 6, 320),
    ]

    /// The blocks of each stage.
    private var blocks: [[InvertedBottleneckNetwork.Block]] {
        let scaling = Self.scalings[architecture] ?? (width: 1, depth: 1)
        return Self.stages.enumerated().map { index, stage in
            let (count, kernel, stride, expansion, channels) = stage
            let isScaled = index > 0 && index < Self.stages.count - 1
            let repeats = isScaled ? Int((Double(count) * scaling.depth).rounded(.up)) : count
            return (0..<repeats).map {
                .init(
                    expansion: expansion, kernel: kernel, stride: $0 == 0 ? stride : 1,
                    channels: Self.channels(channels, times: scaling.width))
            }
        }
    }

    /// The multiple of 8 near the product, at most a tenth less.
    private static func channels(_ count: Int, times width: Double) -> Int {
        let wanted = Double(count) * width
        let near = max(8, Int(wanted + 4) / 8 * 8)
        return Double(near) < 0.9 * wanted ? near + 8 : near
    }

    var form: InvertedBottleneckNetwork.Form {
        InvertedBottleneckNetwork.Form(
            imageSize: preparation.side, stem: .init(kernel: 3, stride: 2, channels: 32),
            blocks: blocks.flatMap(\.self), embeddingLength: 1280)
    }

    /// Where each convolution lies.
    var origins: [String: FoldedTensors.Origin] {
        func origin(_ convolution: String, _ normalization: String) -> FoldedTensors.Origin {
            .init(weight: "\(convolution).weight", normalization: normalization)
        }
        var origins = ["stem": origin("conv_stem", "bn1"), "head": origin("conv_head", "bn2")]
        let places = blocks.enumerated().flatMap { stage, blocks in
            blocks.enumerated().map { (name: "blocks.\(stage).\($0)", expansion: $1.expansion) }
        }
        for (index, place) in places.enumerated() {
            let parts =
                place.expansion == 1
                ? [("depthwise", "conv_dw"), ("project", "conv_pw")]
                : [("expand", "conv_pw"), ("depthwise", "conv_dw"), ("project", "conv_pwl")]
            for (number, (part, layer)) in parts.enumerated() {
                origins["blocks.\(index).\(part)"] = origin("\(place.name).\(layer)", "\(place.name).bn\(number + 1)")
            }
        }
        return origins
    }
}
