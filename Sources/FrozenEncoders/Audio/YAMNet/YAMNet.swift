import FilesOnDisk
import Foundation
import SoundFrontEnd
import TensorCore

/// YAMNet: maps a window of sound to an embedding and the scores of AudioSet's classes.
///
/// A MobileNet-v1 over log-mel patches (Plakal and Ellis, `research/audioset/yamnet` of the TensorFlow models), loaded
/// from a folder with `config.json`, `model.safetensors` and `labels.txt`. A window's result has the same bits whatever
/// windows are beside it.
public struct YAMNet: WindowedAudioEncoder {
    public var labels: [String]? { classLabels }
    let classLabels: [String]
    /// Sample rate that windows must have, in samples a second.
    public let sampleRate: Int
    /// Samples in a window.
    public let windowLength: Int
    /// Samples from the start of one window to the start of the next, in a longer sound.
    public let windowHop: Int
    public let embeddingLength: Int

    private let logMel: LogMel
    private let frameCount: Int
    private let layers: [Convolution2D]
    private let classifier: Linear

    /// Loads a component. Throws `FileContentError` or `TensorFileError`, naming the file, where the component is
    /// unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let configURL = folder.appending(path: "config.json")
        let config = try YAMNetConfig(contentsOf: configURL)
        classLabels = try ClassLabels.read(in: folder, count: config.classes)
        logMel = try FileContentError.naming(configURL) { try config.logMel() }
        sampleRate = config.sampleRate
        windowLength = config.windowSamples
        windowHop = config.hopSamples
        let length = config.layers.last?.channels ?? 0
        let frames = logMel.frameCount(sampleCount: config.windowSamples)
        (embeddingLength, frameCount) = (length, frames)
        (layers, classifier) = try WeightReader.read(folder.appending(path: "model.safetensors")) { weights in
            (
                try Self.layers(config, from: weights, height: frames, precision: precision),
                try weights.linear("classifier", length, config.classes, activation: .sigmoid, precision)
            )
        }
    }

    /// Encodes one or more windows of `windowLength` samples, full scale 1, as `embeddings [windows, embeddingLength]`
    /// and `scores [windows, labels]`, each score from 0 to 1.
    public func callAsFunction(_ windows: [[Float]]) -> (embeddings: Tensor, scores: Tensor) {
        precondition(windows.allSatisfy { $0.count == windowLength }, "windows of \(windowLength) samples")
        let patches = windows.map { Tensor(patch($0), shape: [frameCount, logMel.bandCount, 1]) }
        let maps = layers.reduce(Tensor.stacked(patches)) { $1($0) }
        let embeddings = maps.averagePooled()
        return (embeddings, classifier(embeddings))
    }

    public func encode(_ windows: [WaveformWindow]) -> (embeddings: Tensor, scores: Tensor?) {
        let (embeddings, scores) = self(windows.map(\.samples))
        return (embeddings, scores)
    }

    /// The log-mel patch of one window, `[frames, bands]` row by row.
    func patch(_ samples: [Float]) -> [Float] { logMel(samples) }

    private static func layers(
        _ config: YAMNetConfig, from weights: WeightReader, height: Int, precision: Precision
    ) throws -> [Convolution2D] {
        var (height, width, inputs) = (height, config.melBins, 1)
        return try config.layers.enumerated().map { index, layer in
            let shape = [layer.channels, layer.depthwise ? 1 : inputs, layer.kernel, layer.kernel]
            let vertical = layer.samePadding(height)
            let horizontal = layer.samePadding(width)
            defer { (height, width, inputs) = (vertical.outputs, horizontal.outputs, layer.channels) }
            return Convolution2D(
                weight: try weights.tensor("layers.\(index).weight", shape),
                bias: try weights.tensor("layers.\(index).bias", [layer.channels]),
                stride: layer.stride,
                padding: .init(
                    top: vertical.before, left: horizontal.before, bottom: vertical.after, right: horizontal.after),
                groups: layer.depthwise ? layer.channels : 1, activation: .relu6, precision: precision)
        }
    }
}
