import FilesOnDisk
import Foundation
import TensorCore

/// The text side of CLAP: maps a text to a unit vector of the space that it shares with sounds (Wu et al., arXiv 2211.06687; the
/// form of `ClapModel` in Hugging Face transformers): a RoBERTa, its pooler, and a projection.
public struct CLAPTextEncoder: TextEncoder {
    public let tokenizer: TextTokenizer
    public let embeddingLength: Int
    private let bert: BERT
    private let pooler, expand, project: Linear

    /// Reads a folder of transformers, whole models included; their audio sides are passed over. Throws `FileContentError` or
    /// `TensorFileError`, naming the file, where it is unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let config = try CLAPTextConfig(contentsOf: folder.appending(path: "config.json"))
        tokenizer = try TextTokenizer(
            in: folder, positions: config.bert.maximumTokens, vocabularySize: config.bert.vocabularySize)
        let weights = MappedTensors(
            try TensorFile.open(TensorFile.weights(in: folder, stems: ["model", "pytorch_model"])),
            prefixes: [
                ("text_model.", ""), ("audio_model.", nil), ("audio_projection.", nil), ("logit_scale", nil),
            ])
        let (hidden, size) = (config.bert.hiddenSize, config.projectionSize)
        (bert, pooler, expand, project) = try WeightReader.read(
            weights, dispensable: ["embeddings.position_ids", "embeddings.token_type_ids"]
        ) { weights in
            (
                try BERT(config.bert, weights, precision),
                try weights.linear("pooler.dense", hidden, hidden, precision),
                try weights.linear(
                    "text_projection.linear1", hidden, size,
                    activation: TransformerActivation.named(config.projectionActivation), precision),
                try weights.linear("text_projection.linear2", size, size, precision)
            )
        }
        embeddingLength = size
    }

    public func encode(_ text: String) -> EncodedText {
        let (ids, warnings) = tokenizer.tokens(of: text)
        // A tokenizer without a template makes nothing of an empty text.
        guard !ids.isEmpty else {
            return EncodedText(tokenStates: nil, pooled: Tensor(zeros: [embeddingLength]), warnings: warnings)
        }
        let states = bert(ids).item(0)
        let first = pooler(states.items(0..<1))
        let pooled = Tensor(first.floats.map { tanh($0) }, shape: first.shape)
        return EncodedText(
            tokenStates: states, pooled: project(expand(pooled)).normalized().item(0), warnings: warnings)
    }
}

/// The fields on texts in the `config.json` of a CLAP, or of its text model alone.
private struct CLAPTextConfig: CheckedJSON {
    let bert: BERTConfig
    let projectionSize: Int
    let projectionActivation: String
    private let modelType: String

    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case text = "text_config"
    }

    private enum TextKeys: String, CodingKey {
        case projectionSize = "projection_dim"
        case projectionActivation = "projection_hidden_act"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        modelType = try fields.decode(String.self, forKey: .modelType)
        let section = modelType == "clap" ? try fields.superDecoder(forKey: .text) : decoder
        bert = try BERTConfig(from: section, section: .clapText)
        let text = try section.container(keyedBy: TextKeys.self)
        projectionSize = try text.value(.projectionSize, default: 512)
        projectionActivation = try text.value(.projectionActivation, default: "relu")
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(
            ["clap", "clap_text_model"].contains(modelType), "model_type",
            "“clap” or “clap_text_model”, not “\(modelType.onOneLine)”")
        let section = modelType == "clap" ? "text_config." : ""
        try bert.validate(check, section: section)
        try TransformerActivation.check(projectionActivation, "\(section)projection_hidden_act", check)
        try check.require(projectionSize, in: 1...16_384, "\(section)projection_dim")
    }
}
