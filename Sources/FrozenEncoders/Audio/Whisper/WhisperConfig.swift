import FilesOnDisk
import Foundation

/// The `config.json` of a Whisper as transformers or MLX write it, as far as its encoder goes.
struct WhisperConfig: CheckedJSON {
    let layout: WhisperLayout
    let modelType: String
    let activation: String
    let hiddenSize: Int
    let innerSize: Int
    let layerCount: Int
    let heads: Int
    let melBins: Int
    let positions: Int
    /// Whether MLX has brought the weights to a few bits.
    let isQuantized: Bool

    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case activation = "activation_function"
        case innerSize = "encoder_ffn_dim"
        case quantization
    }

    private struct Field: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let sizes = try decoder.container(keyedBy: Field.self)
        layout = sizes.contains(Field(WhisperLayout.mlx.fields.hidden)) ? .mlx : .transformers
        modelType = try fields.decode(String.self, forKey: .modelType)
        func size(_ field: String) throws -> Int { try sizes.decode(Int.self, forKey: Field(field)) }
        let names = layout.fields
        (hiddenSize, layerCount, heads) = (try size(names.hidden), try size(names.layers), try size(names.heads))
        (melBins, positions) = (try size(names.bands), try size(names.positions))
        switch layout {
        case .transformers:
            activation = try fields.decode(String.self, forKey: .activation)
            innerSize = try fields.decode(Int.self, forKey: .innerSize)
            isQuantized = false
        case .mlx:
            (activation, innerSize) = ("gelu", hiddenSize.multipliedReportingOverflow(by: 4).partialValue)
            isQuantized = fields.contains(.quantization)
        }
    }

    func validate(_ check: FieldCheck) throws {
        let names = layout.fields
        try check.require(modelType, is: "whisper", "model_type")
        try check.require(!isQuantized, "quantization", "none: weights of a few bits are not read")
        try TransformerActivation.check(activation, "activation_function", check)
        try TransformerSizes(hidden: hiddenSize, heads: heads, inner: innerSize, layers: layerCount).validate(
            check,
            .init(hidden: names.hidden, heads: names.heads, inner: names.inner, layers: names.layers))
        try check.require(melBins, in: 1...1024, names.bands)
        try check.require(positions, in: 1...65_536, names.positions)
        if layout == .mlx {
            try check.require(hiddenSize >= 4 && hiddenSize.isMultiple(of: 2), names.hidden, "an even number from 4")
        }
    }

    var layer: PreNormLayer.Form {
        PreNormLayer.Form(
            hidden: hiddenSize, inner: innerSize, heads: heads, normEpsilon: 1e-5,
            activation: TransformerActivation.named(activation), keyHasBias: false)
    }
}

/// The spectrogram's fields of the `preprocessor_config.json` beside it; all Whispers say the same, so it may be missing.
struct WhisperPreprocessing: CheckedJSON {
    var sampleRate: Int? = nil
    var hop: Int? = nil
    var transformLength: Int? = nil
    var seconds: Int? = nil
    var melBins: Int? = nil

    private enum CodingKeys: String, CodingKey {
        case sampleRate = "sampling_rate"
        case hop = "hop_length"
        case transformLength = "n_fft"
        case seconds = "chunk_length"
        case melBins = "feature_size"
    }

    /// Reads the file; throws `FileContentError` where it is there and does not fit the model.
    init(in folder: URL, _ config: WhisperConfig) throws {
        let url = folder.appending(path: "preprocessor_config.json")
        guard FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) else {
            // Two frames of the spectrogram become one of the encoder.
            seconds = config.positions * 2 * 160 / 16_000
            return
        }
        self = try Self(contentsOf: url)
        let check = FieldCheck(file: url.path(percentEncoded: false))
        try check.require(
            melBins ?? 80 == config.melBins, "feature_size", "\(config.melBins), the num_mel_bins of config.json")
        try check.require(
            windowLength == 2 * config.positions * frameStep, "chunk_length",
            "as long as the \(config.positions) positions of config.json are, \(2 * config.positions * frameStep) samples"
        )
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(rate, in: 1000...384_000, "sampling_rate")
        try check.require(frameLength, in: 2...32_768, "n_fft")
        try check.require(frameStep, in: 1...frameLength, "hop_length")
        try check.require(seconds ?? 30, in: 1...600, "chunk_length")
    }

    var rate: Int { sampleRate ?? 16_000 }
    var frameStep: Int { hop ?? 160 }
    var frameLength: Int { transformLength ?? 400 }
    var windowLength: Int { rate * (seconds ?? 30) }
}
