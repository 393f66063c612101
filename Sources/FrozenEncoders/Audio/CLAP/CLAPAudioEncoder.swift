import FilesOnDisk
import Foundation
import SoundFrontEnd
import TensorCore

/// The audio side of CLAP: maps ten seconds of sound to a unit vector of the space that it shares with texts (Wu et al., arXiv
/// 2211.06687; HTS-AT: Chen et al., arXiv 2202.00874; the form of `ClapModel` in Hugging Face transformers).
///
/// A model that fuses takes up to a minute at once, whole and in three parts.
public struct CLAPAudioEncoder: WindowedAudioEncoder {
    public let labels: [String]? = nil
    public let sampleRate: Int
    public let windowLength: Int
    public var windowHop: Int { windowLength }
    public let embeddingLength: Int

    private let frontEnd: CLAPFrontEnd
    private let tower: HTSAT
    private let expand, project: Linear

    /// Most seconds that a model that fuses takes at once.
    private static let mostSeconds = 60

    /// Reads a folder of transformers, whole models included; their text sides are passed over. Throws `FileContentError` or
    /// `TensorFileError`, naming the file, where it is unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let config = try CLAPConfig(contentsOf: folder.appending(path: "config.json")).audio
        let preprocessorURL = folder.appending(path: "preprocessor_config.json")
        let settings = try CLAPPreprocessing(contentsOf: preprocessorURL)
        frontEnd = try FileContentError.naming(preprocessorURL) { try CLAPFrontEnd(settings) }
        try Self.check(settings, frontEnd, config, preprocessorURL)
        (sampleRate, embeddingLength) = (settings.sampleRate, config.projectionSize)
        windowLength = config.fuses ? settings.sampleRate * Self.mostSeconds : settings.length
        let file = try TensorFile.open(TensorFile.weights(in: folder, stems: ["model", "pytorch_model"]))
        (tower, expand, project) = try WeightReader.read(Self.audioSide(of: file)) { weights in
            let size = config.projectionSize
            return (
                try HTSAT(config, weights, precision),
                try weights.linear(
                    "audio_projection.linear1", config.hiddenSize, size,
                    activation: TransformerActivation.named(config.projectionActivation), precision),
                try weights.linear("audio_projection.linear2", size, size, precision)
            )
        }
    }

    private static func check(
        _ settings: CLAPPreprocessing, _ frontEnd: CLAPFrontEnd, _ config: CLAPAudioConfig, _ file: URL
    ) throws {
        let check = FieldCheck(file: file.path(percentEncoded: false))
        try check.require(settings.melBins == config.melBins, "feature_size", "\(config.melBins), as in config.json")
        try check.require(
            frontEnd.frames <= config.frames, "hop_length",
            "such that \(settings.seconds) s have at most \(config.frames) frames, not \(frontEnd.frames)")
        try check.require(
            (settings.truncation == "fusion") == config.fuses, "truncation",
            "“\(config.fuses ? "fusion" : "rand_trunc")”, as enable_fusion of config.json wants")
    }

    /// The audio side's tensors without what stands before their names, counters and tables of places left out.
    private static func audioSide(of file: any TensorSource) -> MappedTensors {
        MappedTensors(file) { name, _ in
            guard !name.hasSuffix("num_batches_tracked"), !name.hasSuffix("relative_position_index") else { return [] }
            if name.hasPrefix("audio_projection.") { return [(name, .init(name))] }
            let prefix = "audio_model.audio_encoder."
            return name.hasPrefix(prefix) ? [(String(name.dropFirst(prefix.count)), .init(name))] : []
        }
    }

    public func encode(_ windows: [WaveformWindow]) -> (embeddings: Tensor, scores: Tensor?) {
        (.concatenated(windows.map { embed(input(of: $0.sound)) }), nil)
    }

    /// The network's input for a sound up to a window long: spectrograms `[frames, bands]`.
    func input(of sound: [Float]) -> [Tensor] { frontEnd(sound) }

    /// Spectrograms → `[1, embeddingLength]`, of length 1.
    func embed(_ input: [Tensor]) -> Tensor { project(expand(tower(input))).normalized() }
}
