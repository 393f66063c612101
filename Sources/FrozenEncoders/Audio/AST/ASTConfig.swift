import FilesOnDisk
import TensorCore

/// The `config.json` of an audio spectrogram transformer in the layout of transformers.
struct ASTConfig: CheckedJSON {
    let modelType: String
    let activation: String
    let hiddenSize: Int
    let innerSize: Int
    let layerCount: Int
    let heads: Int
    let normEpsilon: Float
    let patchSize: Int
    let frequencyStride: Int
    let timeStride: Int
    let frames: Int
    let melBins: Int
    let queryHasBias: Bool?
    let labels: [String: String]?
    let problem: String?

    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case activation = "hidden_act"
        case hiddenSize = "hidden_size"
        case innerSize = "intermediate_size"
        case layerCount = "num_hidden_layers"
        case heads = "num_attention_heads"
        case normEpsilon = "layer_norm_eps"
        case patchSize = "patch_size"
        case frequencyStride = "frequency_stride"
        case timeStride = "time_stride"
        case frames = "max_length"
        case melBins = "num_mel_bins"
        case queryHasBias = "qkv_bias"
        case labels = "id2label"
        case problem = "problem_type"
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(modelType, is: "audio-spectrogram-transformer", "model_type")
        try TransformerActivation.check(activation, "hidden_act", check)
        try TransformerSizes(hidden: hiddenSize, heads: heads, inner: innerSize, layers: layerCount).validate(check)
        try check.require(normEpsilon, in: 1e-12...0.1, "layer_norm_eps")
        try check.require(patchSize, in: 1...256, "patch_size")
        try check.require(frequencyStride, in: 1...256, "frequency_stride")
        try check.require(timeStride, in: 1...256, "time_stride")
        try check.require(melBins, in: patchSize...1024, "num_mel_bins")
        try check.require(frames, in: patchSize...1 << 14, "max_length")
        try check.require(patches.rows * patches.columns, in: 1...1 << 16, "max_length")
        if let labels {
            try check.require(
                (1...65_536).contains(labels.count) && Set(labels.keys) == Set((0..<labels.count).map(String.init)),
                "id2label", "a name for each class from 0 up")
        }
    }

    /// Patches along frequencies and along time.
    var patches: (rows: Int, columns: Int) {
        ((melBins - patchSize) / frequencyStride + 1, (frames - patchSize) / timeStride + 1)
    }

    /// Names of the classes by their numbers.
    var classLabels: [String]? { labels.map { labels in (0..<labels.count).map { labels[String($0)] ?? "" } } }

    /// Whether the scores of a sound's classes sum to 1; they are independent otherwise, as AudioSet's are.
    var classesExclude: Bool { problem == "single_label_classification" }

    var layer: PreNormLayer.Form {
        let hasBias = queryHasBias ?? true
        return PreNormLayer.Form(
            hidden: hiddenSize, inner: innerSize, heads: heads, normEpsilon: normEpsilon,
            activation: TransformerActivation.named(activation), queryHasBias: hasBias, keyHasBias: hasBias,
            valueHasBias: hasBias)
    }
}

/// The `preprocessor_config.json` beside it.
struct ASTPreprocessing: CheckedJSON {
    let sampleRate: Int
    let melBins: Int
    let frames: Int
    let mean: Float
    let deviation: Float
    let normalizes: Bool

    private enum CodingKeys: String, CodingKey {
        case sampleRate = "sampling_rate"
        case melBins = "num_mel_bins"
        case frames = "max_length"
        case mean
        case deviation = "std"
        case normalizes = "do_normalize"
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(sampleRate == 16_000, "sampling_rate", "16000, not \(sampleRate)")
        try check.require(mean, in: -1e3...1e3, "mean")
        try check.require(deviation, in: 1e-3...1e3, "std")
    }
}
