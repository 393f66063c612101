import FilesOnDisk
import Foundation
import TensorCore

/// SigLIP's text encoder (Zhai et al., arXiv 2303.15343): every text is filled up to one length, all tokens see all, and the
/// last one's state is the text's vector. The form is that of `SiglipModel` in Hugging Face transformers.
struct SigLIPTextEncoder: TextEncoder {
    let tokenizer: TextTokenizer
    let embeddingLength: Int
    private let config: SigLIPTextConfig
    private let words: Tensor
    private let positions: Tensor
    private let layers: [PreNormLayer]
    private let finalNorm: LayerNorm
    private let head: Linear

    /// Reads `config.json`, the tokenizer and the weights in `folder`, of any name and format that transformers reads.
    /// Throws `FileContentError` or `TensorFileError`, naming the file, where they are unfit.
    init(contentsOf folder: URL, precision: Precision) throws {
        let config = try SigLIPTextConfig(contentsOf: folder.appending(path: "config.json"))
        tokenizer = try TextTokenizer(
            in: folder, positions: config.tokenCount, vocabularySize: config.vocabularySize)
        let weights = MappedTensors(
            try TensorFile.open(TensorFile.weights(in: folder)),
            prefixes: [("text_model.", ""), ("vision_model.", nil), ("logit_scale", nil), ("logit_bias", nil)])
        let hidden = config.tower.hidden
        (words, positions, layers, finalNorm, head) = try WeightReader.read(
            weights, dispensable: ["embeddings.position_ids"]
        ) { weights in
            (
                try weights.tensor("embeddings.token_embedding.weight", [config.vocabularySize, hidden]),
                try weights.tensor("embeddings.position_embedding.weight", [config.tokenCount, hidden]).float32(),
                try (0..<config.tower.layerCount).map {
                    try PreNormLayer("encoder.layers.\($0)", config.tower.layer, .clip, weights, precision)
                },
                try weights.layerNorm("final_layer_norm", hidden, epsilon: config.tower.normEpsilon),
                try weights.linear("head", hidden, config.outputs, precision)
            )
        }
        (self.config, embeddingLength) = (config, config.outputs)
    }

    func encode(_ text: String) -> EncodedText {
        let (ids, warnings) = tokenizer.tokens(of: text)
        let padding = tokenizer.padding ?? config.padding
        let filled = ids + Array(repeating: padding, count: config.tokenCount - ids.count)
        let embedded = Tensor.stacked(filled.map { words.item($0).float32() }) + positions
        let states = finalNorm(layers.reduce(embedded.reshaped([1] + embedded.shape)) { $1($0) }).item(0)
        let last = states.items(config.tokenCount - 1..<config.tokenCount)
        return EncodedText(tokenStates: states, pooled: head(last).item(0), warnings: warnings)
    }
}

/// The fields on texts in the `config.json` of a SigLIP, or of its text tower alone.
private struct SigLIPTextConfig: CheckedJSON {
    let tower: ConfiguredTower
    let tokenCount: Int
    let vocabularySize: Int
    /// The id that fills up a text where the tokenizer's files name none.
    let padding: Int
    let outputs: Int
    private let modelType: String

    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case text = "text_config"
    }

    private enum TextKeys: String, CodingKey {
        case tokenCount = "max_position_embeddings"
        case vocabularySize = "vocab_size"
        case padding = "pad_token_id"
        case outputs = "projection_size"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        modelType = try fields.decode(String.self, forKey: .modelType)
        let section = modelType == "siglip" ? try fields.superDecoder(forKey: .text) : decoder
        tower = try ConfiguredTower(from: section, usual: (768, 3072, 12, 12, "gelu_pytorch_tanh", 1e-6))
        let text = try section.container(keyedBy: TextKeys.self)
        tokenCount = try text.value(.tokenCount, default: 64)
        vocabularySize = try text.value(.vocabularySize, default: 32_000)
        padding = try text.value(.padding, default: 1)
        outputs = try text.value(.outputs, default: tower.hidden)
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(
            ["siglip", "siglip_text_model"].contains(modelType), "model_type", "siglip or siglip_text_model")
        let section = modelType == "siglip" ? "text_config." : ""
        try tower.validate(check, section: section)
        try check.require(tokenCount, in: 1...65_536, section + "max_position_embeddings")
        try check.require(vocabularySize, in: 1...1 << 22, section + "vocab_size")
        try check.require(padding, in: 0...vocabularySize - 1, section + "pad_token_id")
        try check.require(outputs, in: 1...16_384, section + "projection_size")
    }
}
