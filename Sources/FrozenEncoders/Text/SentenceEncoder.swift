import FilesOnDisk
import Foundation
import TensorCore

/// Encodes texts as vectors of length 1 whose dot products say how alike the texts are (Reimers and Gurevych, arXiv
/// 1908.10084): a BERT, the mean of its token vectors, L2 norm.
public struct SentenceEncoder: TextEncoder {
    public let tokenizer: WordPieceTokenizer
    private let bert: BERT

    /// Length of a text's vector.
    public var embeddingLength: Int { bert.hiddenSize }

    /// Reads a folder in the layout of sentence-transformers: a BERT with its `tokenizer.json`.
    ///
    /// A text has at most as many tokens as `max_seq_length` in `sentence_bert_config.json` says; without that file, as
    /// many as the BERT has positions. Throws `FileContentError` or `TensorFileError`, naming the file, where the
    /// component is unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        bert = try BERT(contentsOf: folder, precision: precision)
        let tokenizerURL = folder.appending(path: "tokenizer.json")
        tokenizer = try WordPieceTokenizer(
            contentsOf: tokenizerURL, maximumTokens: Self.maximumTokens(in: folder, atMost: bert.maximumTokens))
        guard tokenizer.vocabularySize <= bert.vocabularySize else {
            throw FileContentError.unsuitable(
                file: tokenizerURL.path(percentEncoded: false), found: "\(tokenizer.vocabularySize) tokens",
                expected: "at most the \(bert.vocabularySize) of the model")
        }
        guard tokenizer.maximumTokens <= bert.maximumTokens else {
            throw FileContentError.unsuitable(
                file: tokenizerURL.path(percentEncoded: false),
                found: "\(tokenizer.maximumTokens) tokens around each text",
                expected: "fewer than the \(bert.maximumTokens) of the model")
        }
    }

    /// Encodes a text; its `pooled` has length 1.
    public func encode(_ text: String) -> EncodedText {
        let (ids, warnings) = tokenizer.tokens(of: text)
        let vectors = bert(ids).item(0)
        let mean = Tensor(shape: [vectors.channels]) { mean in
            vectors.withFloats { vectors in
                for channel in mean.indices {
                    let sum = stride(from: channel, to: vectors.count, by: mean.count).reduce(0) { $0 + vectors[$1] }
                    mean[channel] = sum / Float(vectors.count / mean.count)
                }
            }
        }
        return EncodedText(tokenStates: vectors, pooled: mean.normalized(), warnings: warnings)
    }

    private struct Limits: CheckedJSON {
        let maximumTokens: Int

        private enum CodingKeys: String, CodingKey {
            case maximumTokens = "max_seq_length"
        }

        func validate(_ check: FieldCheck) throws {
            try check.require(maximumTokens, in: 3...65_536, "max_seq_length")
        }
    }

    private static func maximumTokens(in folder: URL, atMost positions: Int) throws -> Int {
        let url = folder.appending(path: "sentence_bert_config.json")
        guard FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) else { return positions }
        return min(try Limits(contentsOf: url).maximumTokens, positions)
    }
}
