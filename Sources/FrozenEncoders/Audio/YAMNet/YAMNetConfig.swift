import FilesOnDisk
import SoundFrontEnd

/// The `config.json` of a YAMNet component: its front end and its layers in order.
struct YAMNetConfig: CheckedJSON {
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

        func samePadding(_ length: Int) -> SamePadding {
            SamePadding(length: length, kernel: kernel, stride: stride)
        }
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

    /// Most numbers in a window's patch or in a layer's output: 64 MB of them.
    private static let largestMap = 1 << 24

    func validate(_ check: FieldCheck) throws {
        try check.require(modelType, is: "yamnet", "model_type")
        try check.require(sampleRate, in: 1000...384_000, "sample_rate")
        try check.require(fftLength, in: 2...32_768, "fft_length")
        try check.require(frameLength, in: 1...fftLength, "frame_length")
        try check.require(frameStep, in: 1...frameLength, "frame_step")
        try check.require(windowSamples, in: frameLength...1 << 20, "window_samples")
        try check.require(hopSamples, in: 1...windowSamples, "hop_samples")
        try check.require(melBins, in: 1...1024, "mel_bins")
        try check.require(melMaxHertz, in: 0...Double(sampleRate) / 2, "mel_max_hz")
        try check.require(melMinHertz, in: 0...melMaxHertz, "mel_min_hz")
        try check.require(melMinHertz < melMaxHertz, "mel_min_hz", "below mel_max_hz (\(melMaxHertz))")
        try check.require(logOffset, in: 1e-12...1, "log_offset")
        try check.require(classes, in: 1...65_536, "classes")
        try check.require((1...256).contains(layers.count), "layers", "a list of 1 to 256 layers")
        try validateLayers(check)
    }

    private func validateLayers(_ check: FieldCheck) throws {
        var (height, width, inputs) = ((windowSamples - frameLength) / frameStep + 1, melBins, 1)
        for (index, layer) in layers.enumerated() {
            let name = "layers[\(index)]"
            try check.require(layer.kernel, in: 1...64, "\(name).kernel")
            try check.require(layer.stride, in: 1...64, "\(name).stride")
            try check.require(layer.channels, in: 1...8192, "\(name).channels")
            try check.require(
                !layer.depthwise || layer.channels == inputs, "\(name).channels",
                "\(inputs), as many as a depthwise layer is given")
            (height, width, inputs) =
                (layer.samePadding(height).outputs, layer.samePadding(width).outputs, layer.channels)
            try check.require(
                height * width * inputs <= Self.largestMap, name,
                "smaller than its output of \(height) × \(width) × \(inputs) numbers for a window")
        }
    }

    /// The log-mel front end: magnitudes through triangles over the HTK mel scale, as in `tf.signal`. Throws
    /// `SignalError`.
    func logMel() throws -> LogMel {
        try LogMel(
            window: WindowFunction.hann.weights(length: frameLength), hop: frameStep, transformLength: fftLength,
            filterbank: MelFilterbank(
                bandCount: melBins, transformLength: fftLength, sampleRate: sampleRate,
                frequencies: melMinHertz...melMaxHertz),
            spectrum: .magnitude, offset: logOffset)
    }
}
