import FilesOnDisk
import Foundation

/// Splits text into token ids as a tokenizer's files say: WordPiece (BERT, MPNet), byte-level BPE (RoBERTa), Unigram
/// (XLM-RoBERTa, SigLIP) or a model of SentencePiece, with the same ids as Hugging Face `tokenizers`, or as SentencePiece.
public struct TextTokenizer: Sendable {
    /// The number of ids; each id is below it.
    public let vocabularySize: Int
    /// The most ids for a text, the template's own included; longer texts are cut at their end.
    public let maximumTokens: Int

    /// What fills up a text where the tokenizer's files say so.
    let padding: Int?

    private let preparation: (@Sendable (String) -> String)?
    private let normalizer: TextNormalizer
    private let splitter: WordSplitter
    private let model: any PieceModel
    /// Found in the text as it is.
    private let rawTokens: AddedTokens
    /// Found in the normalised text.
    private let normalizedTokens: AddedTokens
    private let prefix: [Int]
    private let suffix: [Int]
    private let endsOnce: Bool

    /// Reads a `tokenizer.json`.
    ///
    /// The truncation and padding that the file may ask for are not applied: `maximumTokens` is the sentence
    /// encoder's own limit. Throws `FileContentError`.
    public init(contentsOf url: URL, maximumTokens: Int) throws {
        self.init(try Parts(contentsOf: url), maximumTokens: maximumTokens)
    }

    /// What the files of a tokenizer define.
    struct Parts {
        /// What becomes of a whole text before added tokens are looked for in it; nil for nothing.
        var preparation: (@Sendable (String) -> String)?
        var normalizer = TextNormalizer.sequence([])
        var splitter = WordSplitter.sequence([])
        let model: any PieceModel
        /// The number of pieces; their ids are below it.
        let size: Int
        var addedTokens: [TokenizerFile.AddedToken] = []
        /// The ids around a text.
        var template: (prefix: [Int], suffix: [Int]) = ([], [])
        /// Whether a text that ends as the template does is not ended again.
        var endsOnce = false
        /// The id that fills up a text.
        var padding: Int?

        /// Each id of these is below it.
        var vocabularySize: Int { addedTokens.reduce(size) { max($0, $1.token.id + 1) } }
    }

    init(_ parts: Parts, maximumTokens: Int) {
        (model, normalizer, splitter) = (parts.model, parts.normalizer, parts.splitter)
        (prefix, suffix) = parts.template
        (preparation, endsOnce, padding) = (parts.preparation, parts.endsOnce, parts.padding)
        vocabularySize = parts.vocabularySize
        self.maximumTokens = max(maximumTokens, prefix.count + suffix.count)
        rawTokens = AddedTokens(parts.addedTokens.filter { !$0.isNormalized }.map(\.token))
        normalizedTokens = AddedTokens(
            parts.addedTokens.filter(\.isNormalized).map { added in
                var token = added.token
                token.content = String(parts.normalizer(token.content))
                return token
            })
    }

    /// The ids of `text` between the template's special tokens, at most `maximumTokens` of them. Any text is allowed,
    /// even an empty one.
    public func tokenIDs(of text: String) -> [Int] {
        tokens(of: text).ids
    }

    /// The ids of `text` as `tokenIDs(of:)` returns them, and what is to be said of it: that it was cut, or that most of
    /// its words are unknown.
    func tokens(of text: String) -> (ids: [Int], warnings: [TextWarning]) {
        var tokens = TokenizedText(room: maximumTokens - prefix.count - suffix.count)
        // Most are found before the text is normalised.
        let prepared = preparation?(text) ?? text
        for (index, part) in rawTokens.split(prepared).enumerated() where !tokens.isFull {
            switch part {
            case .token(let content, let id): tokens.add(content, [id])
            case .text(let text): addNormalized(text, isFirst: index == 0, to: &tokens)
            }
        }
        let end = endsOnce && !suffix.isEmpty && tokens.ids.suffix(suffix.count) == suffix[...] ? [] : suffix
        return (prefix + tokens.ids + end, tokens.warnings(of: text, limit: maximumTokens))
    }

    private func addNormalized(_ text: String, isFirst: Bool, to tokens: inout TokenizedText) {
        for (index, part) in normalizedTokens.split(String(normalizer(text))).enumerated() {
            switch part {
            case .token(let content, let id): tokens.add(content, [id])
            case .text(let text):
                for part in splitter.words(of: Array(text.unicodeScalars), isFirst: isFirst && index == 0) {
                    for (word, pieces) in model.words(of: part) {
                        guard !tokens.isFull else { return }
                        tokens.add(
                            String(word.scalars), pieces, isUnknown: model.isUnknown(word.scalars, in: pieces),
                            isPunctuation: word.isPunctuation)
                    }
                }
            }
        }
    }
}
