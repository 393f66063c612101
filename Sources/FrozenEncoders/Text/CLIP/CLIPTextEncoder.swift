import FilesOnDisk
import Foundation
import TensorCore

/// Encodes texts as a CLIP text encoder's token states and pooled vector, neither of them normalised to a length.
public struct CLIPTextEncoder: TextEncoder {
    public let tokenizer: CLIPTokenizer
    public let model: CLIPTextModel
    /// The states that a text is encoded as.
    public let states: CLIPTextModel.States

    /// Length of the pooled vector.
    public var embeddingLength: Int { model.pooledSize }

    public var stateShape: [Int]? { [tokenizer.tokenCount, model.config.hiddenSize] }

    /// - Parameters:
    ///   - folder: The model's, in the layout of transformers.
    ///   - tokenizer: The tokenizer's folder; nil for the model's own, or the one beside it that diffusers gives the same
    ///     number (`text_encoder_2`, `tokenizer_2`).
    ///   - states: Skips fewer layers than the model has.
    /// - Throws: `FileContentError` or `TensorFileError`, naming the file, where the component is unfit.
    public init(
        contentsOf folder: URL, tokenizer: URL? = nil, states: CLIPTextModel.States = .last,
        precision: Precision = .float32
    ) throws {
        try self.init(
            contentsOf: folder, weights: CLIPTextModel.weights(in: folder), tokenizer: tokenizer, states: states,
            precision: precision)
    }

    /// - Parameter weights: What is read in place of the folder's own weights.
    package init(
        contentsOf folder: URL, weights: some TensorSource, tokenizer: URL? = nil, states: CLIPTextModel.States = .last,
        precision: Precision
    ) throws {
        let tokenizer = tokenizer ?? Self.tokenizerFolder(of: folder)
        let model = try CLIPTextModel(contentsOf: folder, weights: weights, precision: precision)
        try self.init(
            model, CLIPTokenizer(contentsOf: tokenizer, tokenCount: model.config.tokenCount), states: states,
            tokenizerFile: tokenizer)
    }

    /// - Parameter tokenizerFile: What an error calls the tokenizer.
    /// - Throws: `FileContentError` when the tokenizer's ids, its length or the states do not fit the model.
    public init(
        _ model: CLIPTextModel, _ tokenizer: CLIPTokenizer, states: CLIPTextModel.States, tokenizerFile: URL
    ) throws {
        let file = tokenizerFile.path(percentEncoded: false)
        guard tokenizer.vocabularySize <= model.config.vocabularySize else {
            throw FileContentError.unsuitable(
                file: file, found: "\(tokenizer.vocabularySize) tokens",
                expected: "at most the \(model.config.vocabularySize) of the model")
        }
        guard tokenizer.tokenCount <= model.config.tokenCount else {
            throw FileContentError.unsuitable(
                file: file, found: "texts of \(tokenizer.tokenCount) tokens",
                expected: "at most the \(model.config.tokenCount) of the model")
        }
        guard 0..<model.config.layerCount ~= states.skippedLayers else {
            throw FileContentError.unsuitable(
                file: file, found: "a text encoder of \(model.config.layerCount) layers",
                expected: "more than the \(states.skippedLayers) to be left out")
        }
        (self.model, self.tokenizer, self.states) = (model, tokenizer, states)
    }

    private static func tokenizerFolder(of folder: URL) -> URL {
        let name = folder.lastPathComponent.replacing("text_encoder", with: "tokenizer")
        let beside = folder.deletingLastPathComponent().appending(path: name)
        let isApart =
            name != folder.lastPathComponent
            && FileManager.default.fileExists(atPath: beside.path(percentEncoded: false))
        return isApart ? beside : folder
    }

    public func encode(_ text: String) -> EncodedText {
        let (ids, warnings) = tokenizer.tokens(of: text)
        let encoded = model(ids, states: states)
        return EncodedText(tokenStates: encoded.states, pooled: encoded.pooled, warnings: warnings)
    }
}
