import FilesOnDisk
import Foundation

/// Splits text into token ids as a `tokenizer.json` says: WordPiece (BERT, MPNet), byte-level BPE (RoBERTa) or Unigram
/// (XLM-RoBERTa, SigLIP), with the same ids as Hugging Face `tokenizers`.
public struct TextTokenizer: Sendable {
    /// The number of ids; each id is below it.
    public let vocabularySize: Int
    /// The most ids for a text, the template's own included; longer texts are cut at their end.
    public let maximumTokens: Int

    /// Largest file: enough for a vocabulary of a few million pieces.
    private static let largestFile = 1 << 26

    private let normalizer: TextNormalizer
    private let splitter: WordSplitter
    private let model: any PieceModel
    /// Found in the text as it is.
    private let rawTokens: AddedTokens
    /// Found in the normalised text.
    private let normalizedTokens: AddedTokens
    private let prefix: [Int]
    private let suffix: [Int]

    /// Reads a `tokenizer.json`.
    ///
    /// The truncation and padding that the file may ask for are not applied: `maximumTokens` is the sentence
    /// encoder's own limit. Throws `FileContentError`.
    public init(contentsOf url: URL, maximumTokens: Int) throws {
        let file = try TokenizerFile(contentsOf: url, limit: Self.largestFile)
        let unfit = { (field: String, expected: String) in
            FileContentError.field(file: url.path(percentEncoded: false), field: field, expected: expected)
        }
        var template: (prefix: [Int], suffix: [Int])? = ([], [])
        if case .ids(let ids)? = file.postProcessor { template = ids }
        guard let template else {
            throw unfit("post_processor.single", "a list of declared special tokens around one sequence")
        }
        vocabularySize = file.addedTokens.reduce(file.model.size) { max($0, $1.token.id + 1) }
        guard (template.prefix + template.suffix).allSatisfy((0..<vocabularySize).contains) else {
            throw unfit("post_processor.special_tokens", "made of ids below \(vocabularySize)")
        }
        model = try Self.pieces(file.model, unfit)
        self.maximumTokens = max(maximumTokens, template.prefix.count + template.suffix.count)
        let normalizer = file.normalizer ?? .sequence([])
        self.normalizer = normalizer
        splitter = file.preTokenizer ?? .sequence([])
        rawTokens = AddedTokens(file.addedTokens.filter { !$0.isNormalized }.map(\.token))
        normalizedTokens = AddedTokens(
            file.addedTokens.filter(\.isNormalized).map { added in
                var token = added.token
                token.content = String(normalizer(token.content))
                return token
            })
        (prefix, suffix) = template
    }

    private static func pieces(
        _ model: TokenizerFile.Model, _ unfit: (_ field: String, _ expected: String) -> FileContentError
    ) throws -> any PieceModel {
        switch model {
        case .wordPiece(let model):
            guard let vocabulary = WordPieceVocabulary(model) else {
                throw unfit("model.unk_token", "in the vocabulary, which lacks “\(model.unkToken.onOneLine)”")
            }
            return vocabulary
        case .bytePair(let model):
            do {
                return try BytePairVocabulary(
                    ids: model.vocab, merges: model.merges.map(\.pair), unknown: model.unkToken ?? "",
                    endOfWord: model.endOfWordSuffix ?? "")
            } catch BytePairVocabulary.Fault.merge(let pair) {
                throw unfit("model.merges", "made of pieces of the vocabulary, not “\(pair.onOneLine)”")
            } catch {
                throw unfit("model.vocab", "a byte-level one, with a piece for each byte")
            }
        case .unigram(let model):
            return UnigramVocabulary(model.vocab.map { ($0.piece, $0.score) }, unknown: model.unknown ?? 0)
        case .unknown: preconditionFailure("a model that was checked")
        }
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
        for (index, part) in rawTokens.split(text).enumerated() where !tokens.isFull {
            switch part {
            case .token(let content, let id): tokens.add(content, [id])
            case .text(let text): addNormalized(text, isFirst: index == 0, to: &tokens)
            }
        }
        return (prefix + tokens.ids + suffix, tokens.warnings(of: text, limit: maximumTokens))
    }

    private func addNormalized(_ text: String, isFirst: Bool, to tokens: inout TokenizedText) {
        for (index, part) in normalizedTokens.split(String(normalizer(text))).enumerated() {
            switch part {
            case .token(let content, let id): tokens.add(content, [id])
            case .text(let text):
                for word in splitter.words(of: Array(text.unicodeScalars), isFirst: isFirst && index == 0) {
                    guard !tokens.isFull else { return }
                    let pieces = model.pieces(of: word.scalars)
                    tokens.add(
                        String(word.scalars), pieces, isUnknown: model.isUnknown(word.scalars, in: pieces),
                        isPunctuation: word.isPunctuation)
                }
            }
        }
    }
}
