import FilesOnDisk
import Foundation
import TensorCore

/// The `audio_config` of a CLAP's `config.json`, or that of its audio model alone. Fields that transformers leaves out have its
/// defaults.
struct CLAPAudioConfig: Decodable {
    let windowSize: Int
    let melBins: Int
    let pictureSide: Int
    let activation: String
    let patchSize: Int
    let patchStride: Int
    let depths: [Int]
    let heads: [Int]
    let width: Int
    let fuses: Bool
    let fusion: String?
    let reduction: Int
    let innerRatio: Double
    let hasPatchNorm: Bool
    let queryHasBias: Bool
    let projectionSize: Int
    let projectionActivation: String
    let normEpsilon: Float

    private enum Key: String, CodingKey {
        case windowSize = "window_size"
        case melBins = "num_mel_bins"
        case pictureSide = "spec_size"
        case activation = "hidden_act"
        case patchSize = "patch_size"
        case patchStride = "patch_stride"
        case depths
        case heads = "num_attention_heads"
        case width = "patch_embeds_hidden_size"
        case fuses = "enable_fusion"
        case fusion = "fusion_type"
        case reduction = "aff_block_r"
        case innerRatio = "mlp_ratio"
        case hasPatchNorm = "enable_patch_layer_norm"
        case queryHasBias = "qkv_bias"
        case projectionSize = "projection_dim"
        case projectionActivation = "projection_hidden_act"
        case normEpsilon = "layer_norm_eps"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        /// A number, or two equal ones.
        func side(_ key: Key, _ usual: Int) throws -> Int {
            if let pair = try? fields.decode([Int].self, forKey: key) {
                return pair.count == 2 && pair[0] == pair[1] ? pair[0] : 0
            }
            return try fields.value(key, default: usual)
        }
        windowSize = try fields.value(.windowSize, default: 8)
        melBins = try fields.value(.melBins, default: 64)
        pictureSide = try fields.value(.pictureSide, default: 256)
        activation = try fields.value(.activation, default: "gelu")
        patchSize = try side(.patchSize, 4)
        patchStride = try side(.patchStride, 4)
        depths = try fields.value(.depths, default: [2, 2, 6, 2])
        heads = try fields.value(.heads, default: [4, 8, 16, 32])
        width = try fields.value(.width, default: 96)
        fuses = try fields.value(.fuses, default: false)
        fusion = try fields.decodeIfPresent(String.self, forKey: .fusion)
        reduction = try fields.value(.reduction, default: 4)
        innerRatio = try fields.value(.innerRatio, default: 4)
        hasPatchNorm = try fields.value(.hasPatchNorm, default: true)
        queryHasBias = try fields.value(.queryHasBias, default: true)
        projectionSize = try fields.value(.projectionSize, default: 512)
        projectionActivation = try fields.value(.projectionActivation, default: "relu")
        normEpsilon = try fields.value(.normEpsilon, default: 1e-5)
    }

    func validate(_ check: FieldCheck, _ prefix: String) throws {
        try TransformerActivation.check(activation, "\(prefix)hidden_act", check)
        try TransformerActivation.check(projectionActivation, "\(prefix)projection_hidden_act", check)
        try check.require(windowSize, in: 1...64, "\(prefix)window_size")
        try check.require(pictureSide, in: 4...4096, "\(prefix)spec_size")
        try check.require(melBins, in: 1...pictureSide, "\(prefix)num_mel_bins")
        try check.require(
            pictureSide % melBins == 0, "\(prefix)num_mel_bins", "a divisor of spec_size (\(pictureSide))")
        try check.require(patchSize, in: 1...64, "\(prefix)patch_size")
        try check.require(
            patchStride == patchSize, "\(prefix)patch_stride", "patch_size (\(patchSize)) along both axes")
        try check.require(depths.count, in: 1...8, "\(prefix)depths")
        try check.require(depths.allSatisfy { 1...64 ~= $0 }, "\(prefix)depths", "made of 1 to 64 layers")
        try check.require(heads.count == depths.count, "\(prefix)num_attention_heads", "as many numbers as depths")
        try check.require(width, in: 1...2048, "\(prefix)patch_embeds_hidden_size")
        for (stage, heads) in heads.enumerated() {
            let (side, width) = (side(ofStage: stage), width << stage)
            try check.require(
                heads > 0 && width % heads == 0, "\(prefix)num_attention_heads",
                "made of divisors of the stages' widths")
            try check.require(
                side >= windowSize && side % windowSize == 0, "\(prefix)window_size",
                "a divisor of every stage's side, and that of stage \(stage) is \(side)")
        }
        try check.require(
            !fuses || fusion == "aff_2d", "\(prefix)fusion_type", "“aff_2d”, not “\((fusion ?? "").onOneLine)”")
        try check.require(!fuses || 1...width ~= reduction, "\(prefix)aff_block_r", "between 1 and \(width)")
        try check.require(innerRatio, in: 0.1...64, "\(prefix)mlp_ratio")
        try check.require(projectionSize, in: 1...16_384, "\(prefix)projection_dim")
        try check.require(normEpsilon, in: 1e-12...0.1, "\(prefix)layer_norm_eps")
    }

    func side(ofStage stage: Int) -> Int { (pictureSide / patchSize) >> stage }

    /// Width of the last stage.
    var hiddenSize: Int { width << (depths.count - 1) }
    /// The picture is folded: that many stretches of time stand below each other.
    var folds: Int { pictureSide / melBins }
    /// Frames of the picture before it is folded.
    var frames: Int { pictureSide * folds }
}

/// The file with it.
struct CLAPConfig: CheckedJSON {
    let modelType: String
    let audio: CLAPAudioConfig

    private enum Key: String, CodingKey {
        case modelType = "model_type"
        case audio = "audio_config"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        modelType = try fields.decode(String.self, forKey: .modelType)
        audio =
            modelType == "clap_audio_model"
            ? try CLAPAudioConfig(from: decoder) : try fields.decode(CLAPAudioConfig.self, forKey: .audio)
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(
            ["clap", "clap_audio_model"].contains(modelType), "model_type",
            "“clap” or “clap_audio_model”, not “\(modelType.onOneLine)”")
        try audio.validate(check, modelType == "clap" ? "audio_config." : "")
    }
}

/// The `preprocessor_config.json` beside it.
struct CLAPPreprocessing: CheckedJSON {
    let sampleRate: Int
    let melBins: Int
    let hop: Int
    let transformLength: Int
    let seconds: Int
    let lowest: Double
    let highest: Double
    let truncation: String
    let padding: String

    private enum CodingKeys: String, CodingKey {
        case sampleRate = "sampling_rate"
        case melBins = "feature_size"
        case hop = "hop_length"
        case transformLength = "fft_window_size"
        case seconds = "max_length_s"
        case lowest = "frequency_min"
        case highest = "frequency_max"
        case truncation, padding
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(sampleRate, in: 1000...384_000, "sampling_rate")
        try check.require(transformLength, in: 2...32_768, "fft_window_size")
        try check.require(hop, in: 1...transformLength, "hop_length")
        try check.require(seconds, in: 1...60, "max_length_s")
        try check.require(melBins, in: 1...1024, "feature_size")
        try check.require(highest, in: 0...Double(sampleRate) / 2, "frequency_max")
        try check.require(lowest, in: 0...highest, "frequency_min")
        try check.require(
            ["fusion", "rand_trunc"].contains(truncation), "truncation",
            "“fusion” or “rand_trunc”, not “\(truncation.onOneLine)”")
        try check.require(
            ["repeatpad", "repeat", "pad"].contains(padding), "padding",
            "“repeatpad”, “repeat” or “pad”, not “\(padding.onOneLine)”")
    }

    /// Samples that the network takes.
    var length: Int { sampleRate * seconds }
}
