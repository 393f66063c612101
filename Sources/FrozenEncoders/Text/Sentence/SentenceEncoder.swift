import FilesOnDisk
import Foundation
import TensorCore

/// Encodes texts as vectors whose cosines say how alike the texts are (Reimers and Gurevych, arXiv 1908.10084): a network of
/// BERT's kind, then the pooling and what follows it in the files of sentence-transformers.
public struct SentenceEncoder: TextEncoder {
    public let tokenizer: TextTokenizer
    public let prompts: [String: String]
    private let bert: BERT
    private let modules: SentenceModules
    private let lowercases: Bool
    private var prefix: String

    /// Length of a text's vector.
    public let embeddingLength: Int

    /// Reads a folder in the layout of sentence-transformers: a BERT, RoBERTa, XLM-RoBERTa, MPNet or DistilBERT with
    /// its tokenizer.
    ///
    /// `modules.json` names the pooling and what follows; without it that is the mean, brought to length 1. A text has at
    /// most as many tokens as `max_seq_length` in `sentence_bert_config.json` says; without that, as many as the network has
    /// positions. The default prompt of `config_sentence_transformers.json`, if it names one, goes before each text.
    /// Throws `FileContentError` or `TensorFileError`, naming the file, where the component is unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let settings = try SentenceSettings(contentsOf: folder)
        bert = try BERT(contentsOf: folder, precision: precision)
        modules = try SentenceModules(contentsOf: folder, width: bert.hiddenSize, precision: precision)
        embeddingLength = modules.outputs
        tokenizer = try TextTokenizer(
            in: folder, limit: settings.maximumTokens, positions: bert.maximumTokens,
            vocabularySize: bert.vocabularySize)
        (prompts, prefix, lowercases) = (settings.prompts, settings.defaultPrompt, settings.lowercases)
    }

    public func prompted(_ prefix: String) -> any TextEncoder {
        var encoder = self
        encoder.prefix = prefix
        return encoder
    }

    public func encode(_ text: String) -> EncodedText {
        let whole = prefix + text
        let (ids, warnings) = tokenizer.tokens(of: lowercases ? whole.lowercased() : whole)
        // A tokenizer without a template makes nothing of an empty text.
        guard !ids.isEmpty else {
            return EncodedText(tokenStates: nil, pooled: Tensor(zeros: [embeddingLength]), warnings: warnings)
        }
        let states = bert(ids).item(0)
        return EncodedText(tokenStates: states, pooled: modules(states), warnings: warnings)
    }
}
