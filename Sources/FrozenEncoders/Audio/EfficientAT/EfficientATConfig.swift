import FilesOnDisk
import SoundFrontEnd
import TensorCore

/// The `config.json` of an EfficientAT component: its front end and its blocks in order.
struct EfficientATConfig: CheckedJSON {
    let modelType: String
    let sampleRate: Int
    /// Samples of the longest window that goes through the network as a whole, of the way from one to the next, and of the
    /// shortest, to which a shorter sound is filled up with zeros.
    let windowSamples: Int
    let hopSamples: Int
    let shortestSamples: Int
    /// Share of each sample that is taken away from the next.
    let emphasis: Float
    let frameLength: Int
    let frameStep: Int
    let fftLength: Int
    let melBins: Int
    let melMinHertz: Double
    let melMaxHertz: Double
    let logOffset: Float
    /// An input value is (logarithm − mean) / scale.
    let mean: Float
    let scale: Float
    let stemChannels: Int
    let blocks: [Block]
    let embeddingLength: Int
    let hiddenSize: Int
    let classes: Int

    /// An inverted bottleneck of MobileNetV3 (Howard et al., arXiv 1905.02244). Without squeeze-and-excitation `squeeze` is 0.
    struct Block: Decodable {
        let kernel: Int
        let stride: Int
        let expanded: Int
        let channels: Int
        let squeeze: Int
        let activation: Activation

        enum Activation: String, Decodable {
            case relu
            case hardSwish = "hard_swish"

            var function: TensorCore.Activation { self == .relu ? .relu : .hardSwish }
        }
    }

    private enum CodingKeys: String, CodingKey {
        case emphasis, mean, scale, blocks, classes
        case modelType = "model_type"
        case sampleRate = "sample_rate"
        case windowSamples = "window_samples"
        case hopSamples = "hop_samples"
        case shortestSamples = "shortest_samples"
        case frameLength = "frame_length"
        case frameStep = "frame_step"
        case fftLength = "fft_length"
        case melBins = "mel_bins"
        case melMinHertz = "mel_min_hz"
        case melMaxHertz = "mel_max_hz"
        case logOffset = "log_offset"
        case stemChannels = "stem_channels"
        case embeddingLength = "embedding_length"
        case hiddenSize = "hidden_size"
    }

    /// Most numbers in any layer's output for a window: 256 MB of them.
    private static let largestMap = 1 << 26

    func validate(_ check: FieldCheck) throws {
        try check.require(modelType, is: "efficientat", "model_type")
        try check.require(sampleRate, in: 1000...384_000, "sample_rate")
        try check.require(fftLength, in: 2...32_768, "fft_length")
        try check.require(frameLength, in: 1...fftLength, "frame_length")
        try check.require(frameStep, in: 1...frameLength, "frame_step")
        try check.require(windowSamples, in: fftLength...1 << 22, "window_samples")
        try check.require(hopSamples, in: 1...windowSamples, "hop_samples")
        try check.require(shortestSamples, in: fftLength...windowSamples, "shortest_samples")
        try check.require(emphasis, in: 0...1, "emphasis")
        try check.require(melBins, in: 1...1024, "mel_bins")
        try check.require(melMaxHertz, in: 0...Double(sampleRate) / 2, "mel_max_hz")
        try check.require(melMinHertz, in: 0...melMaxHertz, "mel_min_hz")
        try check.require(melMinHertz < melMaxHertz, "mel_min_hz", "below mel_max_hz (\(melMaxHertz))")
        try check.require(logOffset, in: 1e-12...1, "log_offset")
        try check.require(mean, in: -1e3...1e3, "mean")
        try check.require(scale, in: 1e-3...1e3, "scale")
        try check.require(stemChannels, in: 1...8192, "stem_channels")
        try check.require(embeddingLength, in: 1...65_536, "embedding_length")
        try check.require(hiddenSize, in: 1...65_536, "hidden_size")
        try check.require(classes, in: 1...65_536, "classes")
        try check.require((1...256).contains(blocks.count), "blocks", "a list of 1 to 256 blocks")
        try validateBlocks(check)
    }

    private func validateBlocks(_ check: FieldCheck) throws {
        var (height, width) = ((melBins + 1) / 2, (windowSamples / frameStep + 2) / 2)
        for (index, block) in blocks.enumerated() {
            let name = "blocks[\(index)]"
            try check.require(block.kernel, in: 1...63, "\(name).kernel")
            try check.require(block.kernel % 2 == 1, "\(name).kernel", "odd, not \(block.kernel)")
            try check.require(block.stride, in: 1...64, "\(name).stride")
            try check.require(block.expanded, in: 1...8192, "\(name).expanded")
            try check.require(block.channels, in: 1...8192, "\(name).channels")
            try check.require(block.squeeze, in: 0...8192, "\(name).squeeze")
            try check.require(
                height * width * block.expanded <= Self.largestMap, name,
                "smaller than its output of \(height) × \(width) × \(block.expanded) numbers for a window")
            (height, width) = ((height - 1) / block.stride + 1, (width - 1) / block.stride + 1)
        }
    }

    /// The spectrogram of frames whose window stands in the middle of the transform, as in `torch.stft`, in Kaldi's bands.
    /// Throws `SignalError`.
    func spectrogram() throws -> MelSpectrogram {
        let before = (fftLength - frameLength) / 2
        let window: [Float] =
            Array(repeating: 0, count: before) + WindowFunction.symmetricHann.weights(length: frameLength)
            + Array(repeating: 0, count: fftLength - frameLength - before)
        return try MelSpectrogram(
            window: window, hop: frameStep, transformLength: fftLength,
            filterbank: MelFilterbank(
                bandCount: melBins, transformLength: fftLength, sampleRate: sampleRate,
                frequencies: melMinHertz...melMaxHertz),
            spectrum: .power)
    }
}
