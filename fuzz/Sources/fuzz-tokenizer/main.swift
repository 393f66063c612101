import Fuzzing

@testable import FrozenEncoders

let folder = InputFolder()

/// A vocabulary and what stands around it, then a text.
fuzz { bytes in
    let tokenizer = try TextTokenizer(contentsOf: folder.file("tokenizer.json", bytes), maximumTokens: 32)
    _ = tokenizer.tokens(of: "A dog barks at the [SEP] caf\u{E9}, \u{5B57} \u{1F436}.")
}
