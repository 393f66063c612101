import FilesOnDisk
import Foundation
import SoundFrontEnd
import TensorCore

/// An audio spectrogram transformer: maps up to ten seconds of sound to an embedding and, with a classifier, the scores of
/// its classes (Gong et al., arXiv 2104.01778; the form of `ASTForAudioClassification` and `ASTModel` in Hugging Face
/// transformers).
public struct ASTEncoder: WindowedAudioEncoder {
    public let labels: [String]?
    public let sampleRate: Int
    public let windowLength: Int
    public var windowHop: Int { windowLength }
    public let embeddingLength: Int

    private let config: ASTConfig
    private let preprocessing: ASTPreprocessing
    private let spectrogram: MelSpectrogram
    private let patches: PatchProjection
    /// The two tokens before the patches, `[2, hidden]`.
    private let tokens: Tensor
    private let positions: Tensor
    private let layers: [PreNormLayer]
    private let finalNorm: LayerNorm
    private let classifier: (norm: LayerNorm, linear: Linear)?

    /// Frames of 25 ms every 10 ms, in samples.
    private static let (frameLength, frameStep, transformLength) = (400, 160, 512)

    private static let names = PreNormLayer.Names(
        attentionNorm: "layernorm_before", query: "attention.attention.query", key: "attention.attention.key",
        value: "attention.attention.value", attentionOutput: "attention.output.dense",
        feedForwardNorm: "layernorm_after", intermediate: "intermediate.dense", output: "output.dense")

    /// Reads a folder of transformers. Throws `FileContentError` or `TensorFileError`, naming the file, where it is unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let configURL = folder.appending(path: "config.json")
        let config = try ASTConfig(contentsOf: configURL)
        let preprocessing = try ASTPreprocessing(contentsOf: folder.appending(path: "preprocessor_config.json"))
        try Self.check(preprocessing, config, folder)
        (self.config, self.preprocessing) = (config, preprocessing)
        (sampleRate, embeddingLength) = (preprocessing.sampleRate, config.hiddenSize)
        windowLength = (config.frames - 1) * Self.frameStep + Self.frameLength
        spectrogram = try FileContentError.naming(configURL) { () throws(SignalError) in
            try MelSpectrogram(
                window: WindowFunction.symmetricHann.weights(length: Self.frameLength), hop: Self.frameStep,
                transformLength: Self.transformLength,
                filterbank: MelFilterbank(
                    bandCount: config.melBins, transformLength: Self.transformLength,
                    sampleRate: preprocessing.sampleRate, frequencies: 20...Double(preprocessing.sampleRate) / 2),
                emphasis: 0.97)
        }
        let file = try TensorFile.open(TensorFile.weights(in: folder, stems: ["model", "pytorch_model"]))
        let names = MappedTensors(file) { name, _ in
            let prefix = "audio_spectrogram_transformer."
            return [(String(name.hasPrefix(prefix) ? name.dropFirst(prefix.count) : name[...]), .init(name))]
        }
        let classes = names.layout(of: "classifier.dense.weight") == nil ? nil : config.classLabels
        labels = classes
        (patches, tokens, positions, layers, finalNorm, classifier) = try WeightReader.read(names) { weights in
            let (hidden, grid) = (config.hiddenSize, config.patches)
            return (
                try PatchProjection(
                    "embeddings.patch_embeddings.projection", height: config.patchSize, width: config.patchSize,
                    rowStep: config.frequencyStride, columnStep: config.timeStride, outputs: hidden, weights, precision),
                Tensor.concatenated(
                    try ["cls_token", "distillation_token"].map {
                        try weights.tensor("embeddings.\($0)", [1, 1, hidden]).float32().reshaped([1, hidden])
                    }),
                try weights.tensor("embeddings.position_embeddings", [1, grid.rows * grid.columns + 2, hidden])
                    .float32().item(0),
                try (0..<config.layerCount).map {
                    try PreNormLayer("encoder.layer.\($0)", config.layer, Self.names, weights, precision)
                },
                try weights.layerNorm("layernorm", hidden, epsilon: config.normEpsilon),
                try classes.map { labels in
                    (
                        try weights.layerNorm("classifier.layernorm", hidden, epsilon: config.normEpsilon),
                        try weights.linear(
                            "classifier.dense", hidden, labels.count,
                            activation: config.classesExclude ? .none : .sigmoid, precision)
                    )
                }
            )
        }
    }

    private static func check(_ preprocessing: ASTPreprocessing, _ config: ASTConfig, _ folder: URL) throws {
        let check = FieldCheck(file: folder.appending(path: "preprocessor_config.json").path(percentEncoded: false))
        try check.require(
            preprocessing.melBins == config.melBins, "num_mel_bins", "\(config.melBins), as in config.json")
        try check.require(
            preprocessing.frames == config.frames, "max_length", "\(config.frames), as in config.json")
    }

    public func encode(_ windows: [WaveformWindow]) -> (embeddings: Tensor, scores: Tensor?) {
        let embeddings = Tensor.concatenated(windows.map { embed(input(of: $0.sound)) })
        return (embeddings, scores(of: embeddings))
    }

    /// The network's input for a sound up to a window long, `[frames, bands]`: frames behind its end are 0 before they are
    /// normalised.
    func input(of sound: [Float]) -> Tensor {
        let sound = sound + Array(repeating: 0, count: max(0, Self.frameLength - sound.count))
        let powers = spectrogram(sound).prefix(config.frames * config.melBins)
        var values = powers.map { logf(max($0, 1.192092955078125e-07)) }
        values += Array(repeating: 0, count: config.frames * config.melBins - values.count)
        if preprocessing.normalizes {
            values = values.map { ($0 - preprocessing.mean) / (2 * preprocessing.deviation) }
        }
        return Tensor(values, shape: [config.frames, config.melBins])
    }

    /// `[frames, bands]` → `[1, embeddingLength]`, the mean of the states of the two tokens before the patches.
    func embed(_ input: Tensor) -> Tensor {
        let projected = patches(input.transposed())
        let sequence =
            Tensor.concatenated([tokens, projected.reshaped([projected.rows, embeddingLength])]) + positions
        let states = finalNorm(layers.reduce(sequence.reshaped([1] + sequence.shape)) { $1($0) }).item(0)
        return (states.items(0..<1) + states.items(1..<2)) * 0.5
    }

    /// `[windows, embeddingLength]` → `[windows, classes]`; nil without a classifier.
    func scores(of embeddings: Tensor) -> Tensor? {
        guard let classifier else { return nil }
        let scores = classifier.linear(classifier.norm(embeddings))
        return config.classesExclude ? scores.softmaxOfRows() : scores
    }
}

extension Tensor {
    /// exp(x) over the sum of its row's.
    fileprivate func softmaxOfRows() -> Tensor {
        let size = channels
        return Tensor(shape: shape) { y in
            withFloats { x in
                for row in 0..<rows {
                    let range = row * size..<(row + 1) * size
                    let most = x[range].max() ?? 0
                    for index in range { y[index] = exp(x[index] - most) }
                    let sum = y[range].reduce(0, +)
                    for index in range { y[index] /= sum }
                }
            }
        }
    }
}
