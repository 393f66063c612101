import Fuzzing

@testable import FrozenEncoders

let folder = InputFolder()
let text = "A dog barks at the <mask> caf\u{E9},  \u{5B57} \u{2581}\u{1F436}."
let vocabulary = folder.file("vocab.json", Array(#"{"<s>": 0, "</s>": 1, "<unk>": 2, "a": 3, "b": 4, "ab": 5}"#.utf8))

func read(_ parts: TextTokenizer.Parts) {
    let tokenizer = TextTokenizer(parts, maximumTokens: 32)
    let (ids, warnings) = tokenizer.tokens(of: text)
    precondition(ids.count <= tokenizer.maximumTokens && ids.allSatisfy((0..<tokenizer.vocabularySize).contains))
    _ = warnings.map(\.description)
}

/// A model of SentencePiece, alone and as an XLM-RoBERTa's; a `vocab.json`; a `merges.txt`.
fuzz { bytes in
    let pieces = folder.file("sentencepiece.bpe.model", bytes)
    if let parts = try? TextTokenizer.Parts(sentencePiece: pieces) { read(parts) }
    if let parts = try? TextTokenizer.Parts(xlmRoBERTa: pieces) { read(parts) }
    let merges = folder.file("merges.txt", bytes)
    if let parts = try? TextTokenizer.Parts(vocabulary: vocabulary, merges: merges) { read(parts) }
    let words = folder.file("words.json", bytes)
    if let parts = try? TextTokenizer.Parts(vocabulary: words, merges: folder.file("merges.txt", [])) { read(parts) }
}
