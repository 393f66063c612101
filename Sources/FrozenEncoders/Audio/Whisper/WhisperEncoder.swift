import FilesOnDisk
import Foundation
import SoundFrontEnd
import TensorCore

/// The encoder of a Whisper: maps up to half a minute of sound to the mean of its frames' states (Radford et al., arXiv
/// 2212.04356; the form of `WhisperEncoder` in Hugging Face transformers).
///
/// The frames behind the end of a shorter sound are computed with, as in training, and left out of the mean.
public struct WhisperEncoder: WindowedAudioEncoder {
    public let labels: [String]? = nil
    public let sampleRate: Int
    public let windowLength: Int
    public var windowHop: Int { windowLength }
    public let embeddingLength: Int

    private let frameStep: Int
    private let melBins: Int
    private let spectrogram: MelSpectrogram
    private let reduce, halve: Convolution2D
    private let positions: Tensor
    private let layers: [PreNormLayer]
    private let finalNorm: LayerNorm

    /// Reads a folder of transformers or MLX, whole models included; their decoders are passed over. Throws `FileContentError` or
    /// `TensorFileError`, naming the file, where it is unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let configURL = folder.appending(path: "config.json")
        let config = try WhisperConfig(contentsOf: configURL)
        let preprocessing = try WhisperPreprocessing(in: folder, config)
        (sampleRate, windowLength) = (preprocessing.rate, preprocessing.windowLength)
        (embeddingLength, melBins, frameStep) = (config.hiddenSize, config.melBins, preprocessing.frameStep)
        spectrogram = try FileContentError.naming(configURL) { () throws(SignalError) in
            try MelSpectrogram(
                window: WindowFunction.hann.weights(length: preprocessing.frameLength), hop: preprocessing.frameStep,
                transformLength: preprocessing.frameLength,
                filterbank: MelFilterbank(
                    bandCount: config.melBins, transformLength: preprocessing.frameLength,
                    sampleRate: preprocessing.rate, frequencies: 0...min(8000, Double(preprocessing.rate) / 2),
                    straightOverHertz: .slaney),
                spectrum: .power)
        }
        let file = try TensorFile.open(TensorFile.weights(in: folder, stems: ["model", "pytorch_model", "weights"]))
        let layout = config.layout
        (reduce, halve, positions, layers, finalNorm) = try WeightReader.read(Self.encoder(of: file)) { weights in
            let hidden = config.hiddenSize
            return (
                try Self.convolution("conv1", config.melBins, hidden, stride: 1, layout, weights, precision),
                try Self.convolution("conv2", hidden, hidden, stride: 2, layout, weights, precision),
                try layout.positions(config.positions, hidden, weights),
                try (0..<config.layerCount).map {
                    try PreNormLayer(
                        "\(layout.layers).\($0)", config.layer, layout.layerNames, weights, precision)
                },
                try weights.layerNorm(layout.finalNorm, hidden, epsilon: 1e-5)
            )
        }
    }

    /// The encoder's tensors without what stands before their names.
    private static func encoder(of file: any TensorSource) -> MappedTensors {
        MappedTensors(file) { name, _ in
            for prefix in ["model.encoder.", "encoder."] where name.hasPrefix(prefix) {
                return [(String(name.dropFirst(prefix.count)), .init(name))]
            }
            return []
        }
    }

    /// A convolution of three frames with GELU.
    private static func convolution(
        _ name: String, _ inputs: Int, _ outputs: Int, stride: Int, _ layout: WhisperLayout, _ weights: WeightReader,
        _ precision: Precision
    ) throws -> Convolution2D {
        Convolution2D(
            weight: try layout.convolution("\(name).weight", inputs, outputs, weights),
            bias: try weights.tensor("\(name).bias", [outputs]), stride: stride,
            padding: .init(top: 0, left: 1, bottom: 0, right: 1), activation: .gelu, precision: precision)
    }

    public func encode(_ windows: [WaveformWindow]) -> (embeddings: Tensor, scores: Tensor?) {
        let means = windows.map { window in
            let sound = window.sound, real = (sound.count + 2 * frameStep - 1) / (2 * frameStep)
            let frames = states(of: input(of: sound)).items(0..<min(real, positions.shape[0]))
            return frames.reshaped([1, frames.shape[0], 1, embeddingLength]).averagePooled()
        }
        return (.concatenated(means), nil)
    }

    /// The network's input for a sound up to a window long, `[frames, bands]`.
    func input(of sound: [Float]) -> Tensor {
        let filled = sound + Array(repeating: 0, count: max(0, windowLength - sound.count))
        let centred = filled.reflected(by: spectrogram.frameLength / 2)
        let powers = spectrogram(centred).prefix(windowLength / frameStep * melBins)
        let logarithms = powers.map { log10f(max($0, 1e-10)) }
        let floor = (logarithms.max() ?? 0) - 8
        return Tensor(logarithms.map { (max($0, floor) + 4) / 4 }, shape: [logarithms.count / melBins, melBins])
    }

    /// `[frames, bands]` → `[positions, embeddingLength]`.
    func states(of input: Tensor) -> Tensor {
        let frames = halve(reduce(input.reshaped([1, 1] + input.shape)))
        let embedded = frames.reshaped(positions.shape) + positions
        return finalNorm(layers.reduce(embedded.reshaped([1] + positions.shape)) { $1($0) }).item(0)
    }
}
