import FilesOnDisk
import Foundation

/// Splits text into token ids by BERT's WordPiece rule: a word is cut greedily into the longest pieces in the
/// vocabulary, or becomes the unknown token as a whole.
///
/// Follows `tokenizers/src/models/wordpiece` and `pre_tokenizers/bert.rs` of Hugging Face, and gives the same ids.
public struct WordPieceTokenizer: Sendable {
    /// The number of ids; each id is below it.
    public let vocabularySize: Int
    /// The most ids for a text, the template's own included; longer texts are cut at their end.
    public let maximumTokens: Int

    /// Largest file: enough for a vocabulary of a few million pieces.
    private static let largestFile = 1 << 26

    private let normalizer: BERTNormalizer
    private let vocabulary: WordPieceVocabulary
    private let addedTokens: AddedTokens
    private let prefix: [Int]
    private let suffix: [Int]

    /// Reads a `tokenizer.json` with a BERT normaliser and pre-tokeniser and a WordPiece model.
    ///
    /// The truncation and padding that the file may ask for are not applied: `maximumTokens` is the sentence
    /// encoder's own limit. Throws `FileContentError`.
    public init(contentsOf url: URL, maximumTokens: Int) throws {
        let file = try TokenizerFile(contentsOf: url, limit: Self.largestFile)
        let unfit = { (field: String, expected: String) in
            FileContentError.field(file: url.path(percentEncoded: false), field: field, expected: expected)
        }
        guard let vocabulary = WordPieceVocabulary(file.model) else {
            throw unfit("model.unk_token", "in the vocabulary, which lacks “\(file.model.unkToken.onOneLine)”")
        }
        guard let template = file.postProcessor.template else {
            throw unfit("post_processor.single", "a list of declared special tokens around one sequence")
        }
        vocabularySize = file.model.vocab.count
        guard (template.prefix + template.suffix).allSatisfy((0..<vocabularySize).contains) else {
            throw unfit("post_processor.special_tokens", "made of ids below \(vocabularySize)")
        }
        self.vocabulary = vocabulary
        self.maximumTokens = max(maximumTokens, template.prefix.count + template.suffix.count)
        normalizer = file.normalizer.rule
        addedTokens = AddedTokens(file.addedTokens.map { ($0.content, $0.id) })
        (prefix, suffix) = template
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
        // They are found before the text is normalised.
        for part in addedTokens.split(text) where !tokens.isFull {
            switch part {
            case .token(let content, let id): tokens.add(content, [id])
            case .text(let text): addWords(of: normalizer(text), to: &tokens)
            }
        }
        return (prefix + tokens.ids + suffix, tokens.warnings(of: text, limit: maximumTokens))
    }

    /// Adds each word. A word ends at white space; a punctuation mark is a word of its own.
    private func addWords(of scalars: [Unicode.Scalar], to tokens: inout TokenizedText) {
        var word: [Unicode.Scalar] = []
        for scalar in scalars + [" "] {
            let isPunctuation = scalar.isPunctuationToBERT
            guard isPunctuation || scalar.properties.isWhitespace else {
                word.append(scalar)
                continue
            }
            if !word.isEmpty {
                let pieces = vocabulary.pieces(of: word)
                tokens.add(String(word), pieces, isUnknown: vocabulary.isUnknown(word, in: pieces))
            }
            if isPunctuation { tokens.add(String(scalar), vocabulary.pieces(of: [scalar]), isPunctuation: true) }
            word.removeAll(keepingCapacity: true)
            if tokens.isFull { return }
        }
    }
}
