import FilesOnDisk
import TensorCore

/// A convolution, inverted bottlenecks, a 1×1 convolution, and the spatial mean: the form of EfficientNet-Lite and
/// MobileNetV2, whose activations are ReLU6. A picture's vector has the same bits whatever pictures are beside it.
struct InvertedBottleneckNetwork: Sendable {
    struct Form: Sendable {
        /// Columns and rows of the input.
        let imageSize: Int
        let stem: Stem
        let blocks: [Block]
        let embeddingLength: Int
    }

    /// The first convolution, over red, green and blue.
    struct Stem: Decodable, Sendable {
        let kernel: Int
        let stride: Int
        let channels: Int
    }

    /// An inverted bottleneck (Sandler et al., arXiv 1801.04381): a 1×1 convolution to `expansion` times the channels
    /// (none where that is 1), a depthwise one, a 1×1 one to `channels`.
    struct Block: Decodable, Sendable {
        let expansion: Int
        let kernel: Int
        let stride: Int
        let channels: Int
        /// Whether the input is added where it has the output's shape.
        var addsInput = true

        private enum CodingKeys: String, CodingKey {
            case expansion, kernel, stride, channels
        }
    }

    private let stem: Convolution2D
    private let blocks: [InvertedBottleneck]
    private let head: Convolution2D

    /// Reads the weights: `stem`, `blocks.N` and `head`. Throws `TensorFileError`.
    init(_ form: Form, _ weights: WeightReader, _ precision: Precision) throws {
        let padding = SamePadding(length: form.imageSize, kernel: form.stem.kernel, stride: form.stem.stride)
        stem = try weights.convolution(
            "stem", 3, form.stem.channels, kernel: form.stem.kernel, stride: form.stem.stride, padding: .init(padding),
            activation: .relu6, precision)
        var (size, inputs) = (padding.outputs, form.stem.channels)
        blocks = try form.blocks.enumerated().map { index, block in
            let built = try InvertedBottleneck(
                block, "blocks.\(index)", inputs: inputs, size: size, from: weights, precision: precision)
            (size, inputs) = (built.outputSize, block.channels)
            return built
        }
        head = try weights.pointwise("head", inputs, form.embeddingLength, activation: .relu6, precision)
    }

    /// `[1, size, size, 3]` → `[1, embeddingLength]`.
    func callAsFunction(_ input: Tensor) -> Tensor {
        head(blocks.reduce(stem(input)) { $1($0) }).averagePooled()
    }
}

extension InvertedBottleneckNetwork.Form {
    /// Most numbers in any layer's output for one picture: 256 MB of them.
    private static let largestMap = 1 << 26

    func validate(_ check: FieldCheck) throws {
        try check.require(imageSize, in: 1...2048, "image_size")
        try check.require(embeddingLength, in: 1...65_536, "embedding_length")
        try check.require((1...256).contains(blocks.count), "blocks", "a list of 1 to 256 blocks")
        try validate(check, "stem", kernel: stem.kernel, stride: stem.stride, channels: stem.channels)
        var size = SamePadding(length: imageSize, kernel: stem.kernel, stride: stem.stride).outputs
        var inputs = stem.channels
        for (index, block) in blocks.enumerated() {
            let name = "blocks[\(index)]"
            try validate(check, name, kernel: block.kernel, stride: block.stride, channels: block.channels)
            try check.require(block.expansion, in: 1...64, "\(name).expansion")
            let widest = max(inputs * block.expansion, block.channels)
            try check.require(
                size * size * widest <= Self.largestMap, name,
                "smaller than its map of \(size) × \(size) × \(widest) numbers for a picture")
            size = SamePadding(length: size, kernel: block.kernel, stride: block.stride).outputs
            inputs = block.channels
        }
        try check.require(
            size * size * embeddingLength <= Self.largestMap, "embedding_length",
            "smaller for the \(size) × \(size) places of the last block")
    }

    private func validate(_ check: FieldCheck, _ name: String, kernel: Int, stride: Int, channels: Int) throws {
        try check.require(kernel, in: 1...64, "\(name).kernel")
        try check.require(stride, in: 1...64, "\(name).stride")
        try check.require(channels, in: 1...8192, "\(name).channels")
    }
}
