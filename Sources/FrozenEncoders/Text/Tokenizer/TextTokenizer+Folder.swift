import FilesOnDisk
import Foundation

extension TextTokenizer {
    /// Reads the tokenizer in a model's folder, a `tokenizer.json`.
    ///
    /// - Parameters:
    ///   - folder: The model's.
    ///   - limit: The most tokens of a text that other files of the folder allow; nil where none says.
    ///   - positions: The most tokens that the model takes.
    ///   - vocabularySize: The ids that the model knows.
    /// - Throws: `FileContentError`, also where the tokenizer does not fit the model.
    init(in folder: URL, limit: Int? = nil, positions: Int, vocabularySize: Int) throws {
        let url = folder.appending(path: "tokenizer.json")
        try self.init(contentsOf: url, maximumTokens: min(limit ?? .max, positions))
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
}
