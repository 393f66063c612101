import Foundation
import SoundFrontEnd

/// The `config.json` of a YAMNet component: its front end and its layers in order.
struct YAMNetConfig: Decodable {
    let modelType: String
    let sampleRate: Int
    let windowSamples: Int
    let hopSamples: Int
    let frameLength: Int
    let frameStep: Int
    let fftLength: Int
    let melBins: Int
    let melMinHertz: Double
    let melMaxHertz: Double
    let logOffset: Float
    let classes: Int
    let layers: [Layer]

    /// A convolution with bias, ReLU6 and TensorFlow's SAME padding.
    struct Layer: Decodable {
        let depthwise: Bool
        let kernel: Int
        let stride: Int
        let channels: Int
    }

    private enum CodingKeys: String, CodingKey {
        case classes, layers
        case modelType = "model_type"
        case sampleRate = "sample_rate"
        case windowSamples = "window_samples"
        case hopSamples = "hop_samples"
        case frameLength = "frame_length"
        case frameStep = "frame_step"
        case fftLength = "fft_length"
        case melBins = "mel_bins"
        case melMinHertz = "mel_min_hz"
        case melMaxHertz = "mel_max_hz"
        case logOffset = "log_offset"
    }

    /// Reads and checks the file. Throws `EncoderError`.
    init(contentsOf url: URL) throws {
        self = try ComponentFile.decode(Self.self, at: url, expected: "the configuration of a YAMNet")
        guard modelType == "yamnet" else {
            throw EncoderError.unsuitable(file: url.path, found: "model type \"\(modelType)\"", expected: "\"yamnet\"")
        }
        if let fault {
            throw EncoderError.unsuitable(file: url.path, found: fault, expected: "a network that can run")
        }
    }

    /// Bounds that keep every later size small enough to compute with.
    private static let size = 1...1 << 16

    private var fault: String? {
        let sizes = [
            ("sample_rate", sampleRate), ("hop_samples", hopSamples), ("frame_length", frameLength),
            ("frame_step", frameStep), ("fft_length", fftLength), ("mel_bins", melBins), ("classes", classes),
        ]
        if let (name, value) = sizes.first(where: { !Self.size.contains($0.1) }) { return "\(name) \(value)" }
        guard (frameLength...1 << 20).contains(windowSamples), hopSamples <= windowSamples else {
            return "windows of \(windowSamples) samples every \(hopSamples)"
        }
        var inputs = 1
        for (index, layer) in layers.enumerated() {
            let isWhole = !layer.depthwise || layer.channels == inputs
            guard isWhole, Self.size.contains(layer.channels), 1...64 ~= layer.kernel, 1...64 ~= layer.stride else {
                return "an impossible layer \(index)"
            }
            inputs = layer.channels
        }
        return layers.isEmpty ? "no layers" : nil
    }

    /// Magnitudes through triangles over the HTK mel scale, as in `tf.signal`. Throws `SignalError`.
    func logMel() throws -> LogMel {
        guard melMinHertz < melMaxHertz else {
            throw SignalError.setting(
                name: "mel range", value: "\(melMinHertz) to \(melMaxHertz) Hz", expected: "a rising one")
        }
        return try LogMel(
            window: WindowFunction.hann.weights(length: frameLength), hop: frameStep, transformLength: fftLength,
            filterbank: MelFilterbank(
                bandCount: melBins, transformLength: fftLength, sampleRate: sampleRate,
                frequencies: melMinHertz...melMaxHertz, scale: .htk, slope: .mel),
            spectrum: .magnitude, offset: logOffset)
    }
}
