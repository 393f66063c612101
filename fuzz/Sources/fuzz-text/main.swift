import Foundation
import Fuzzing

@testable import FrozenEncoders

let folder = InputFolder()
/// A vocabulary that has a letter alone, a piece of several and special tokens.
let vocabulary = """
    {"added_tokens": [{"id": 0, "content": "[UNK]"}, {"id": 1, "content": "[CLS]"}, {"id": 2, "content": "[SEP]"}],
     "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
                    "lowercase": true},
     "pre_tokenizer": {"type": "BertPreTokenizer"},
     "post_processor": {"type": "TemplateProcessing",
                        "single": [{"SpecialToken": {"id": "[CLS]"}}, {"Sequence": {"id": "A"}},
                                   {"SpecialToken": {"id": "[SEP]"}}],
                        "special_tokens": {"[CLS]": {"ids": [1]}, "[SEP]": {"ids": [2]}}},
     "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
               "max_input_chars_per_word": 100,
               "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "##a": 4, "dog": 5, "##s": 6, "!": 7, "\u{5B57}": 8,
                         "##\u{E9}": 9}}}
    """
let tokenizer = try TextTokenizer(
    contentsOf: folder.file("tokenizer.json", Array(vocabulary.utf8)), maximumTokens: 16)

fuzz { bytes in
    let (ids, warnings) = tokenizer.tokens(of: String(decoding: bytes, as: UTF8.self))
    precondition(ids.count <= tokenizer.maximumTokens && ids.allSatisfy((0..<tokenizer.vocabularySize).contains))
    _ = warnings.map(\.description)
}
