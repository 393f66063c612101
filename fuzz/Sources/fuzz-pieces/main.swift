import Foundation
import Fuzzing

@testable import FrozenEncoders

let folder = InputFolder()
let text = "A dog barks at the <mask> caf\u{E9},  \u{5B57} \u{2581}\u{1F436}."
let pair = Array(#"{"<s>": 0, "</s>": 1, "<unk>": 2, "a": 3, "b": 4, "ab": 5}"#.utf8)
let small = Array("\u{A}\u{9}\u{A}\u{5}<unk>\u{18}\u{2}\u{A}\u{8}\u{A}\u{4}</s>\u{18}\u{3}\u{A}\u{3}\u{A}\u{1}a".utf8)
let beside = ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"]

func read(_ parts: TextTokenizer.Parts) {
    let tokenizer = TextTokenizer(parts, maximumTokens: 32)
    let (ids, warnings) = tokenizer.tokens(of: text)
    precondition(ids.count <= tokenizer.maximumTokens && ids.allSatisfy((0..<tokenizer.vocabularySize).contains))
    precondition(tokenizer.padding.map((0..<tokenizer.vocabularySize).contains) ?? true)
    _ = warnings.map(\.description)
}

/// A model of SentencePiece, alone, as an XLM-RoBERTa's and as a SigLIP's; a `vocab.json`; a `merges.txt`; a file of special tokens.
fuzz { bytes in
    let pieces = folder.file("spiece.model", bytes)
    if let parts = try? TextTokenizer.Parts(sentencePiece: pieces) { read(parts) }
    if let parts = try? TextTokenizer.Parts(xlmRoBERTa: pieces) { read(parts) }
    if let parts = try? TextTokenizer.Parts(sigLIP: pieces) { read(parts) }
    let vocabulary = folder.file("vocab.json", pair), merges = folder.file("merges.txt", bytes)
    if let parts = try? TextTokenizer.Parts(vocabulary: vocabulary, merges: merges) { read(parts) }
    let words = folder.file("words.json", bytes), none = folder.file("merges.txt", [])
    if let parts = try? TextTokenizer.Parts(vocabulary: words, merges: none) { read(parts) }
    guard bytes.first == UInt8(ascii: "{") else { return }
    let whole = folder.file("spiece.model", small)
    for name in beside {
        let file = folder.file(name, bytes)
        if let parts = try? TextTokenizer.Parts(vocabulary: vocabulary, merges: none) { read(parts) }
        if let parts = try? TextTokenizer.Parts(sigLIP: whole) { read(parts) }
        unlink(file.path)
    }
}
