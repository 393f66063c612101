import FilesOnDisk
import Foundation

/// Splits text into the token ids of CLIP: byte-level BPE over lower-cased words, between a start and an end, filled up
/// to a fixed length.
///
/// Gives the ids of the fast `CLIPTokenizer` of Hugging Face transformers, which knows nothing of ftfy.
public struct CLIPTokenizer: Sendable {
    /// The number of ids; each id is below it.
    public let vocabularySize: Int
    /// The ids of every text, start, end and filling included; longer texts are cut at their end.
    public let tokenCount: Int
    /// The id that ends a text.
    public let endOfText: Int

    private let vocabulary: BytePairVocabulary
    private let startOfText: Int
    private let padding: Int
    /// Found in the text as it is.
    private let rawTokens: AddedTokens
    /// Found in the normalised text.
    private let normalizedTokens: AddedTokens

    /// The token that short texts are filled up with. A text that holds it gets that very id, and not that of the
    /// punctuation mark.
    public enum Padding: String, Sendable {
        /// That of OpenAI's CLIP (Stable Diffusion 1.x, first encoder of SDXL).
        case endOfText = "<|endoftext|>"
        /// That of OpenCLIP, id 0 (Stable Diffusion 2.x, second encoder of SDXL).
        case exclamationMark = "!"
    }

    /// Reads a folder in the layout of transformers: `tokenizer.json`, or `vocab.json` and `merges.txt`; beside them
    /// `tokenizer_config.json` and `special_tokens_map.json`, which may be missing.
    ///
    /// - Parameter tokenCount: Ids of each text, at least 3.
    /// - Throws: `FileContentError`, naming the file.
    public init(contentsOf folder: URL, tokenCount: Int = 77) throws {
        let files = try CLIPTokenizerFiles(contentsOf: folder)
        try self.init(files.vocabulary, files.specialTokens, file: files.vocabularyFile, tokenCount: tokenCount)
    }

    /// Reads a `merges.txt`, of which the ids follow in CLIP's own order.
    ///
    /// - Parameters:
    ///   - padding: As the model was trained with.
    ///   - tokenCount: Ids of each text, at least 3.
    /// - Throws: `FileContentError`, naming the file.
    public init(merges url: URL, padding: Padding, tokenCount: Int = 77) throws {
        let special = CLIPSpecialTokens(padding: padding.rawValue)
        try self.init(CLIPTokenizerFiles.vocabulary(merges: url, special), special, file: url, tokenCount: tokenCount)
    }

    private init(
        _ vocabulary: BytePairVocabulary, _ special: CLIPSpecialTokens, file: URL, tokenCount: Int
    ) throws {
        precondition(tokenCount >= 3, "\(tokenCount) tokens have no room for a text")
        let tokens = try special.tokens.map { token in
            guard let id = token.id ?? vocabulary.id(of: token.content) else {
                throw FileContentError.unsuitable(
                    file: file.path(percentEncoded: false), found: "no token “\(token.content.onOneLine)”",
                    expected: "every special token of the tokenizer")
            }
            return (content: token.content, isNormalized: token.isNormalized, id: id)
        }
        let id = { (content: String) in tokens.last { $0.content == content }?.id ?? 0 }
        (startOfText, endOfText, padding) = (id(special.start), id(special.end), id(special.padding))
        rawTokens = AddedTokens(
            tokens.filter { !$0.isNormalized }.map { AddedTokens.Token(content: $0.content, id: $0.id) })
        normalizedTokens = AddedTokens(
            tokens.filter(\.isNormalized).map {
                AddedTokens.Token(content: String(CLIPWords.normalized($0.content)), id: $0.id)
            })
        vocabularySize = max(vocabulary.size, (tokens.map(\.id).max() ?? -1) + 1)
        (self.vocabulary, self.tokenCount) = (vocabulary, tokenCount)
    }

    /// The ids of `text`, `tokenCount` of them. Any text is allowed, even an empty one.
    public func tokenIDs(of text: String) -> [Int] { tokens(of: text).ids }

    /// The ids of `text` as `tokenIDs(of:)` returns them, and what is to be said of it: that it was cut, or that most of
    /// its words are spelled letter by letter.
    func tokens(of text: String) -> (ids: [Int], warnings: [TextWarning]) {
        var tokens = TokenizedText(room: tokenCount - 2)
        for part in rawTokens.split(text) where !tokens.isFull {
            switch part {
            case .token(let content, let id): tokens.add(content, [id], isPunctuation: true)
            case .text(let text): addNormalized(text, to: &tokens)
            }
        }
        let ids = [startOfText] + tokens.ids + [endOfText]
        let filling = Array(repeating: padding, count: tokenCount - ids.count)
        return (ids + filling, tokens.warnings(of: text, limit: tokenCount))
    }

    private func addNormalized(_ text: String, to tokens: inout TokenizedText) {
        for part in normalizedTokens.split(String(CLIPWords.normalized(text))) {
            switch part {
            case .token(let content, let id): tokens.add(content, [id], isPunctuation: true)
            case .text(let text):
                for word in CLIPWords.words(of: Array(text.unicodeScalars)) {
                    guard !tokens.isFull else { return }
                    let spelling = String(word.scalars)
                    let pieces = vocabulary.pieces(of: Array(spelling.utf8))
                    tokens.add(
                        spelling, pieces, isUnknown: TokenizedText.isSpelled(word.scalars, in: pieces),
                        isPunctuation: word.isPunctuation)
                }
            }
        }
    }
}
