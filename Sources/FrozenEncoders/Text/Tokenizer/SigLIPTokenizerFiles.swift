import FilesOnDisk
import Foundation

extension TextTokenizer.Parts {
    /// Reads the tokenizer of a SigLIP that is written as a model of SentencePiece, `spiece.model`, with what the files beside it
    /// say of special tokens and of capitals. Follows `tokenization_siglip.py` of Hugging Face transformers 5. Throws
    /// `FileContentError`.
    init(sigLIP url: URL) throws {
        let file = try SentencePieceFile(contentsOf: url)
        let files = try SpecialTokenFiles(in: url.deletingLastPathComponent())
        guard file.normalizer.removesExtraSpaces else {
            throw FileContentError.unsuitable(
                file: url.path(percentEncoded: false), found: "a model that keeps all spaces",
                expected: "one that removes them, as SigLIP's")
        }
        let places = Dictionary(zip(file.pieces.map(\.text), 0...)) { first, _ in first }
        var ids = Dictionary(files.listed.map { ($0.token.content, $0.id) }) { $1 }
        let listed = ids.keys.count { places[$0] == nil }
        var next = file.pieces.count + listed
        func id(of content: String) -> Int {
            if let id = ids[content] ?? places[content] { return id }
            defer { next += 1 }
            ids[content] = next
            return next
        }
        let end = files.token(.end, usual: "</s>"), unknown = files.token(.unknown, usual: "<unk>")
        let padding = files.token(.padding, usual: "</s>")
        // Roles that a SigLIP has no use for are added where a file names them.
        let named = SpecialTokenFiles.Role.allCases.compactMap { role in
            switch role {
            case .end: end
            case .unknown: unknown
            case .padding: padding
            default: files.names(role) ? files.token(role, usual: "") : nil
            }
        }
        let tokens = (files.listed.map(\.token) + named + files.extra).filter { !$0.content.isEmpty }
        let added = tokens.map { token in
            // They are looked for in the text as it is; white space around them does not count.
            TokenizerFile.AddedToken(.init(content: token.content, id: id(of: token.content)))
        }
        let model = SentencePieceVocabulary(file, ids: Array(file.pieces.indices))
        let leading = model.pieces(of: file.normalizer(unknown.content)[...]).count
        self.init(
            preparation: { text in
                // What is written as a mark counts as a space.
                let scalars = text.unicodeScalars.map { $0 == SentencePieceVocabulary.mark ? " " : $0 }
                return String([SentencePieceVocabulary.mark] + scalars)
            },
            normalizer: .sequence([
                .canonical(CanonicalText(lowercases: files.lowercases ?? true)), .prepended(unknown.content),
                .sentencePiece(file.normalizer),
            ]),
            model: PiecesBehind(model: model, count: leading), size: file.pieces.count, addedTokens: added,
            template: ([], [id(of: end.content)]), endsOnce: true, padding: id(of: padding.content))
    }
}

/// The pieces of texts that all begin with the same words, without the pieces of those words: the reference puts the unknown token
/// before each part of a text, so that the model takes no spaces away there.
private struct PiecesBehind: PieceModel {
    let model: SentencePieceVocabulary
    /// The number of pieces of the words alone.
    let count: Int

    func pieces(of word: ArraySlice<Unicode.Scalar>) -> [Int] {
        let pieces = model.pieces(of: word)
        return pieces.count < count ? pieces : Array(pieces.dropFirst(count))
    }

    func words(of part: WordSplitter.Word) -> [(word: WordSplitter.Word, pieces: [Int])] {
        let words = model.words(of: part)
        guard words.reduce(0, { $0 + $1.pieces.count }) >= count else { return words }
        var left = count
        return words.compactMap { word, pieces in
            let kept = Array(pieces.dropFirst(left))
            left -= pieces.count - kept.count
            return kept.isEmpty ? nil : (word, kept)
        }
    }

    func isUnknown(_ word: ArraySlice<Unicode.Scalar>, in pieces: [Int]) -> Bool { model.isUnknown(word, in: pieces) }
}
