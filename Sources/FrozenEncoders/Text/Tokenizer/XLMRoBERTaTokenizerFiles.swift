import FilesOnDisk
import Foundation

extension TextTokenizer.Parts {
    /// Reads a model of SentencePiece, with its own ids and nothing around a text. Throws `FileContentError`.
    init(sentencePiece url: URL) throws {
        let file = try SentencePieceFile(contentsOf: url)
        self.init(file, ids: Array(file.pieces.indices), size: file.pieces.count)
    }

    /// Reads the tokenizer of an XLM-RoBERTa that is written as a `sentencepiece.bpe.model`, mostly a Unigram in spite of its name: ids as
    /// fairseq counts them, which puts special tokens first. Throws `FileContentError`.
    init(xlmRoBERTa url: URL) throws {
        let file = try SentencePieceFile(contentsOf: url)
        // The file has <unk>, <s> and </s> in front.
        guard file.unknown == 0, file.pieces.count > 3 else {
            throw FileContentError.unsuitable(
                file: url.path(percentEncoded: false), found: "another order of pieces",
                expected: "<unk>, <s>, </s>, then the others")
        }
        let mask = file.pieces.count + 1
        let ids = file.pieces.indices.map { [0: 3, 1: 0, 2: 2][$0] ?? $0 + 1 }
        let special = [("<s>", 0), ("<pad>", 1), ("</s>", 2), ("<unk>", 3), ("<mask>", mask)]
        self.init(
            file, ids: ids, size: mask + 1,
            addedTokens: special.map { name, id in
                .init(AddedTokens.Token(content: name, id: id, stripsLeft: name == "<mask>"))
            }, template: ([0], [2]))
    }

    private init(
        _ file: SentencePieceFile, ids: [Int], size: Int, addedTokens: [TokenizerFile.AddedToken] = [],
        template: (prefix: [Int], suffix: [Int]) = ([], [])
    ) {
        self.init(
            normalizer: .sentencePiece(file.normalizer),
            model: SentencePieceVocabulary(file, ids: ids), size: size,
            addedTokens: addedTokens, template: template)
    }
}
