import FilesOnDisk
import Foundation

extension TextTokenizer.Parts {
    /// Largest file: enough for a vocabulary of a few million pieces.
    static let largestFile = 1 << 26

    /// Reads a `tokenizer.json`. Throws `FileContentError`.
    init(contentsOf url: URL) throws {
        let file = try TokenizerFile(contentsOf: url, limit: Self.largestFile)
        let unfit = { (field: String, expected: String) in
            FileContentError.field(file: url.path(percentEncoded: false), field: field, expected: expected)
        }
        var template: (prefix: [Int], suffix: [Int])? = ([], [])
        if case .ids(let ids)? = file.postProcessor { template = ids }
        guard let template else {
            throw unfit("post_processor.single", "a list of declared special tokens around one sequence")
        }
        self.init(
            normalizer: file.normalizer ?? .sequence([]), splitter: file.preTokenizer ?? .sequence([]),
            model: try Self.pieces(file.model, unfit), size: file.model.size, addedTokens: file.addedTokens,
            template: template)
        guard (template.prefix + template.suffix).allSatisfy((0..<vocabularySize).contains) else {
            throw unfit("post_processor.special_tokens", "made of ids below \(vocabularySize)")
        }
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
}
