import FilesOnDisk
import Foundation
import PictureFiles
import TensorCore

/// EfficientNet-Lite: maps a picture to one vector, the spatial mean of the last feature map, without the classifier.
///
/// Follows `models/official/efficientnet/lite` of TensorFlow's TPU models (Tan and Le, arXiv 1905.11946): ReLU6, SAME
/// padding, no squeeze-and-excitation. Loaded from a folder with `config.json` and `model.safetensors`. A picture's
/// vector has the same bits whatever pictures are beside it.
public struct EfficientNetLite: ImageEncoder {
    /// Length of a picture's vector.
    public let embeddingLength: Int

    private let config: EfficientNetLiteConfig
    private let stem: Convolution2D
    private let blocks: [InvertedBottleneck]
    private let head: Convolution2D

    /// Loads a component. Throws `FileContentError` or `TensorFileError`, naming the file, where the component is
    /// unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let config = try EfficientNetLiteConfig(contentsOf: folder.appending(path: "config.json"))
        self.config = config
        embeddingLength = config.embeddingLength
        (stem, blocks, head) = try WeightReader.read(folder.appending(path: "model.safetensors")) { weights in
            let inputs = config.blocks.last?.channels ?? config.stem.channels
            return (
                try Self.stem(config, from: weights, precision),
                try Self.blocks(config, from: weights, precision),
                try weights.pointwise("head", inputs, config.embeddingLength, activation: .relu6, precision)
            )
        }
    }

    /// Returns the picture's vector, each number from 0 to 6.
    public func encode(_ picture: Picture) -> Tensor { embed(input(of: picture)).item(0) }

    /// The network's input for a picture, `[1, size, size, 3]`: the centred square of `crop_fraction` of the short
    /// side, resized to the network's size (bicubic), (level − mean) / scale.
    ///
    /// Crop and scaling are the reference's for evaluation (`preprocessing.py`). The reference's bicubic resizing has
    /// no antialiasing; Pillow's, which is used here, has.
    func input(of picture: Picture) -> Tensor {
        let size = config.imageSize
        let (mean, scale) = (config.pixelMean, config.pixelScale)
        return Tensor(shape: [1, size, size, 3]) { values in
            let levels = seen(of: picture).pixels
            for (index, level) in levels.enumerated() { values[index] = (Float(level) - mean) / scale }
        }
    }

    private func seen(of picture: Picture) -> Picture {
        let side = max(1, Int(config.cropFraction * Double(min(picture.width, picture.height))))
        do {
            return try picture.centredSquare(side: side).resized(width: config.imageSize, height: config.imageSize)
        } catch {
            preconditionFailure("a square within the picture, and a size that was checked: \(error)")
        }
    }

    /// `[1, size, size, 3]` → `[1, embeddingLength]`.
    func embed(_ input: Tensor) -> Tensor {
        head(blocks.reduce(stem(input)) { $1($0) }).averagePooled()
    }

    private static func stem(
        _ config: EfficientNetLiteConfig, from weights: WeightReader, _ precision: Precision
    ) throws -> Convolution2D {
        let stem = config.stem
        return Convolution2D(
            weight: try weights.tensor("stem.weight", [stem.channels, 3, stem.kernel, stem.kernel]),
            bias: try weights.tensor("stem.bias", [stem.channels]), stride: stem.stride,
            padding: .init(SamePadding(length: config.imageSize, kernel: stem.kernel, stride: stem.stride)),
            activation: .relu6, precision: precision)
    }

    private static func blocks(
        _ config: EfficientNetLiteConfig, from weights: WeightReader, _ precision: Precision
    ) throws -> [InvertedBottleneck] {
        let stem = config.stem
        var size = SamePadding(length: config.imageSize, kernel: stem.kernel, stride: stem.stride).outputs
        var inputs = stem.channels
        return try config.blocks.enumerated().map { index, block in
            let built = try InvertedBottleneck(
                block, "blocks.\(index)", inputs: inputs, size: size, from: weights, precision: precision)
            (size, inputs) = (built.outputSize, block.channels)
            return built
        }
    }
}
