import FilesOnDisk
import Foundation
import PictureFiles
import TensorCore

/// EfficientNet-Lite: maps a picture to one vector, the spatial mean of the last feature map, without the classifier.
///
/// Follows `models/official/efficientnet/lite` of TensorFlow's TPU models (Tan and Le, arXiv 1905.11946): ReLU6, SAME
/// padding, no squeeze-and-excitation. Loaded from a folder with `config.json` and `model.safetensors`.
public struct EfficientNetLite: ImageEncoder {
    /// Length of a picture's vector.
    public var embeddingLength: Int { config.form.embeddingLength }

    private let config: EfficientNetLiteConfig
    private let network: InvertedBottleneckNetwork

    /// Loads a component. Throws `FileContentError` or `TensorFileError`, naming the file, where the component is
    /// unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let config = try EfficientNetLiteConfig(contentsOf: folder.appending(path: "config.json"))
        self.config = config
        network = try WeightReader.read(folder.appending(path: "model.safetensors")) {
            try InvertedBottleneckNetwork(config.form, $0, precision)
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
        let size = config.form.imageSize
        let (mean, scale) = (config.pixelMean, config.pixelScale)
        return Tensor(shape: [1, size, size, 3]) { values in
            let levels = seen(of: picture).pixels
            for (index, level) in levels.enumerated() { values[index] = (Float(level) - mean) / scale }
        }
    }

    private func seen(of picture: Picture) -> Picture {
        let side = max(1, Int(config.cropFraction * Double(min(picture.width, picture.height))))
        let size = config.form.imageSize
        do {
            return try picture.centredSquare(side: side).resized(width: size, height: size)
        } catch {
            preconditionFailure("a square within the picture, and a size that was checked: \(error)")
        }
    }

    /// `[1, size, size, 3]` → `[1, embeddingLength]`.
    func embed(_ input: Tensor) -> Tensor { network(input) }
}
