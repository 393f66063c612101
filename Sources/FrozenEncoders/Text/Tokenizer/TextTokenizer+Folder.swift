import FilesOnDisk
import Foundation

extension TextTokenizer {
    /// Reads the tokenizer in a model's folder: `tokenizer.json`, else `vocab.json` with `merges.txt` (RoBERTa),
    /// `sentencepiece.bpe.model` (XLM-RoBERTa) or `spiece.model` (SigLIP).
    ///
    /// - Parameters:
    ///   - folder: The model's.
    ///   - limit: The most tokens of a text that other files of the folder allow; nil where none says.
    ///   - positions: The most tokens that the model takes.
    ///   - vocabularySize: The ids that the model knows.
    /// - Throws: `FileContentError`, also where the tokenizer does not fit the model.
    init(in folder: URL, limit: Int? = nil, positions: Int, vocabularySize: Int) throws {
        let (url, parts) = try Self.parts(in: folder)
        self.init(parts, maximumTokens: min(limit ?? .max, positions))
        guard self.vocabularySize <= vocabularySize else {
            throw FileContentError.unsuitable(
                file: url.path(percentEncoded: false), found: "\(self.vocabularySize) tokens",
                expected: "at most the \(vocabularySize) of the model")
        }
        guard maximumTokens <= positions else {
            throw FileContentError.unsuitable(
                file: url.path(percentEncoded: false), found: "\(maximumTokens) tokens around each text",
                expected: "fewer than the \(positions) of the model")
        }
    }

    /// The file that the folder has, and what it defines.
    private static func parts(in folder: URL) throws -> (URL, Parts) {
        let whole = folder.appending(path: "tokenizer.json")
        let others: [(name: String, read: (URL) throws -> Parts)] = [
            ("vocab.json", { try Parts(vocabulary: $0, merges: folder.appending(path: "merges.txt")) }),
            ("sentencepiece.bpe.model", { try Parts(xlmRoBERTa: $0) }),
            ("spiece.model", { try Parts(sigLIP: $0) }),
        ]
        let found = whole.isExistingFile ? nil : others.first { folder.appending(path: $0.name).isExistingFile }
        guard let found else { return (whole, try Parts(contentsOf: whole)) }
        let url = folder.appending(path: found.name)
        return (url, try found.read(url))
    }
}
