import Foundation

/// Text to token ids by the WordPiece rule of BERT: a word is cut greedily into the longest pieces that the
/// vocabulary knows, or becomes the unknown token as a whole.
///
/// Follows `tokenizers/src/models/wordpiece` and `pre_tokenizers/bert.rs` of Hugging Face, and gives the same ids.
public struct WordPieceTokenizer: Sendable {
    /// The number of ids; each is below it.
    public let vocabularySize: Int
    /// The most ids that a text is given, the template's own included; what is longer is cut at its end.
    public let maximumTokens: Int

    private static let kind = "a WordPiece tokenizer of BERT"

    private let normalizer: BERTNormalizer
    private let vocabulary: WordPieceVocabulary
    private let addedTokens: [(content: String, id: Int)]
    private let prefix: [Int]
    private let suffix: [Int]

    /// Reads a `tokenizer.json` with a BERT normaliser and pre-tokeniser and a WordPiece model.
    ///
    /// The truncation and padding that the file may ask for are not applied: `maximumTokens` is the sentence
    /// encoder's own limit. Throws `EncoderError`.
    public init(contentsOf url: URL, maximumTokens: Int) throws {
        let file = try ComponentFile.decode(TokenizerFile.self, at: url, expected: Self.kind)
        let problem = { (found: String, expected: String) in
            EncoderError.unsuitable(file: url.path, found: found, expected: expected)
        }
        if let kind = file.unsupportedKind { throw problem("the part \"\(kind)\"", Self.kind) }
        let ids = Set(file.model.vocab.values)
        guard ids.count == file.model.vocab.count, ids.min() == 0, ids.max() == ids.count - 1 else {
            throw problem("token ids with gaps or repeats", "the ids from 0 up, each once")
        }
        guard let vocabulary = WordPieceVocabulary(file.model) else {
            throw problem("no token \"\(file.model.unkToken)\"", "the unknown token in the vocabulary")
        }
        guard let template = file.postProcessor.template else {
            throw problem("no template for a single text", "special tokens around one sequence")
        }
        let added = file.addedTokens.filter { !$0.content.isEmpty }
        guard (template.prefix + template.suffix + added.map(\.id)).allSatisfy(ids.contains) else {
            throw problem("a special token outside the vocabulary", "ids below \(ids.count)")
        }
        self.vocabulary = vocabulary
        self.maximumTokens = max(maximumTokens, template.prefix.count + template.suffix.count)
        vocabularySize = ids.count
        normalizer = file.normalizer.rule
        addedTokens = added.map { ($0.content, $0.id) }
        (prefix, suffix) = template
    }

    /// The ids of `text` between the template's special tokens, at most `maximumTokens` of them.
    /// Any text is allowed, the empty one too.
    public func tokenIDs(of text: String) -> [Int] {
        let room = maximumTokens - prefix.count - suffix.count
        var ids: [Int] = []
        for part in splitAtAddedTokens(text) where ids.count < room {
            switch part {
            case .token(let id): ids.append(id)
            case .text(let text): appendWords(of: normalizer(text), to: &ids, upTo: room)
            }
        }
        return prefix + ids.prefix(room) + suffix
    }

    private enum Part {
        case text(String)
        case token(Int)
    }

    /// Special tokens written out in a text stand for themselves, and are found before it is normalised.
    private func splitAtAddedTokens(_ text: String) -> [Part] {
        var parts: [Part] = []
        var rest = text.utf8[...]
        while let (range, id) = firstAddedToken(in: rest) {
            parts += [.text(String(rest[..<range.lowerBound]) ?? ""), .token(id)]
            rest = rest[range.upperBound...]
        }
        return parts + [.text(String(rest) ?? "")]
    }

    private func firstAddedToken(in text: Substring.UTF8View) -> (range: Range<String.Index>, id: Int)? {
        addedTokens
            .compactMap { token in text.firstRange(of: token.content.utf8).map { (range: $0, id: token.id) } }
            .min { ($0.range.lowerBound, $1.range.upperBound) < ($1.range.lowerBound, $0.range.upperBound) }
    }

    /// A word ends at white space; a punctuation mark is a word of its own.
    private func appendWords(of scalars: [Unicode.Scalar], to ids: inout [Int], upTo room: Int) {
        var word: [Unicode.Scalar] = []
        for scalar in scalars + [" "] {
            let isPunctuation = scalar.isPunctuationToBERT
            guard isPunctuation || scalar.properties.isWhitespace else {
                word.append(scalar)
                continue
            }
            if !word.isEmpty { ids += vocabulary.pieces(of: word) }
            if isPunctuation { ids += vocabulary.pieces(of: [scalar]) }
            word.removeAll(keepingCapacity: true)
            if ids.count >= room { return }
        }
    }
}
