import FilesOnDisk
import Foundation
import SoundFrontEnd
import TensorCore

/// EfficientAT: maps a sound to an embedding and the scores of AudioSet's classes.
///
/// A MobileNetV3 over log-mel pictures, distilled from transformers (Schmid et al., arXiv 2211.04772), loaded from a folder
/// with `config.json`, `model.safetensors` and `labels.txt`. It takes sounds of any length up to a window. Products are in
/// f32: the network is small, and in bf16 numbers of an embedding differ by up to 6 % of its greatest.
public struct EfficientAT: WindowedAudioEncoder {
    public var labels: [String]? { classLabels }
    public let sampleRate: Int
    public let windowLength: Int
    public let windowHop: Int
    public let embeddingLength: Int

    private let classLabels: [String]
    private let config: EfficientATConfig
    private let spectrogram: MelSpectrogram
    private let stem: Convolution2D
    private let blocks: [SqueezedBottleneck]
    private let head: Convolution2D
    private let hidden: Linear
    private let classifier: Linear

    /// Loads a component. Throws `FileContentError` or `TensorFileError`, naming the file, where the component is
    /// unfit.
    public init(contentsOf folder: URL) throws {
        let configURL = folder.appending(path: "config.json")
        let config = try EfficientATConfig(contentsOf: configURL)
        self.config = config
        classLabels = try ClassLabels.read(in: folder, count: config.classes)
        spectrogram = try FileContentError.naming(configURL) { try config.spectrogram() }
        (sampleRate, embeddingLength) = (config.sampleRate, config.embeddingLength)
        (windowLength, windowHop) = (config.windowSamples, config.hopSamples)
        (stem, blocks, head, hidden, classifier) = try WeightReader.read(
            folder.appending(path: "model.safetensors")
        ) { weights in
            var inputs = config.stemChannels
            let precision = Precision.float32
            let stem = try weights.convolution("stem", 1, inputs, stride: 2, activation: .hardSwish, precision)
            let blocks = try config.blocks.enumerated().map { index, block in
                defer { inputs = block.channels }
                return try SqueezedBottleneck(block, "blocks.\(index)", inputs: inputs, from: weights, precision)
            }
            let (features, hidden) = (config.embeddingLength, config.hiddenSize)
            return (
                stem, blocks,
                try weights.convolution("head", inputs, features, kernel: 1, activation: .hardSwish, precision),
                try weights.linear("classifier.hidden", features, hidden, activation: .hardSwish, precision),
                try weights.linear("classifier.output", hidden, config.classes, activation: .sigmoid, precision)
            )
        }
    }

    public func encode(_ windows: [WaveformWindow]) -> (embeddings: Tensor, scores: Tensor?) {
        let embeddings = Tensor.concatenated(windows.map { embed(input(of: $0.sound)) })
        return (embeddings, scores(of: embeddings))
    }

    /// The network's input for a sound, `[1, bands, frames, 1]`.
    func input(of sound: [Float]) -> Tensor {
        let sound = sound + Array(repeating: 0, count: max(0, config.shortestSamples - sound.count))
        let emphasised = zip(sound.dropFirst(), sound).map { $0 - config.emphasis * $1 }
        let bands = spectrogram(emphasised.reflected(by: config.fftLength / 2))
        let values = bands.map { (logf($0 + config.logOffset) - config.mean) / config.scale }
        let picture = Tensor(values, shape: [values.count / config.melBins, config.melBins]).transposed()
        return picture.reshaped([1] + picture.shape + [1])
    }

    /// `[1, bands, frames, 1]` → `[1, embeddingLength]`.
    func embed(_ input: Tensor) -> Tensor {
        head(blocks.reduce(stem(input)) { $1($0) }).averagePooled()
    }

    /// `[windows, embeddingLength]` → `[windows, classes]`.
    func scores(of embeddings: Tensor) -> Tensor { classifier(hidden(embeddings)) }
}
