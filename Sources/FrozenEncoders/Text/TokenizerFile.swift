import FilesOnDisk

/// The parts of a Hugging Face `tokenizer.json` that define a WordPiece tokenizer.
struct TokenizerFile: CheckedJSON {
    let addedTokens: [AddedToken]
    let normalizer: Normalizer
    let preTokenizer: Kind
    let postProcessor: PostProcessor
    let model: Model

    struct AddedToken: Decodable {
        let id: Int
        let content: String
    }

    struct Kind: Decodable {
        let type: String
    }

    struct Normalizer: Decodable {
        let type: String
        let rule: BERTNormalizer

        init(from decoder: any Decoder) throws {
            type = try Kind(from: decoder).type
            rule = try BERTNormalizer(from: decoder)
        }
    }

    struct Model: Decodable {
        let type: String
        let unkToken: String
        let continuingSubwordPrefix: String
        let maxInputCharsPerWord: Int
        let vocab: [String: Int]

        private enum CodingKeys: String, CodingKey {
            case type, vocab
            case unkToken = "unk_token"
            case continuingSubwordPrefix = "continuing_subword_prefix"
            case maxInputCharsPerWord = "max_input_chars_per_word"
        }
    }

    /// `TemplateProcessing`: the tokens before and after a single text.
    struct PostProcessor: Decodable {
        let type: String
        let single: [Piece]?
        let specialTokens: [String: SpecialToken]?

        struct Piece: Decodable {
            let specialToken: Name?
            let sequence: Name?

            private enum CodingKeys: String, CodingKey {
                case specialToken = "SpecialToken"
                case sequence = "Sequence"
            }
        }

        struct Name: Decodable {
            let id: String
        }

        struct SpecialToken: Decodable {
            let ids: [Int]
        }

        private enum CodingKeys: String, CodingKey {
            case type, single
            case specialTokens = "special_tokens"
        }

        /// The ids before and after the text; `nil` if there is no single sequence or a token is not declared.
        var template: (prefix: [Int], suffix: [Int])? {
            guard let single, single.count(where: { $0.sequence != nil }) == 1,
                let middle = single.firstIndex(where: { $0.sequence != nil }),
                let before = ids(of: single[..<middle]), let after = ids(of: single[(middle + 1)...])
            else { return nil }
            return (before, after)
        }

        private func ids(of pieces: ArraySlice<Piece>) -> [Int]? {
            let known = pieces.compactMap { $0.specialToken.flatMap { specialTokens?[$0.id]?.ids } }
            return known.count == pieces.count ? Array(known.joined()) : nil
        }
    }

    private enum CodingKeys: String, CodingKey {
        case normalizer, model
        case addedTokens = "added_tokens"
        case preTokenizer = "pre_tokenizer"
        case postProcessor = "post_processor"
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(normalizer.type, is: "BertNormalizer", "normalizer.type")
        try check.require(preTokenizer.type, is: "BertPreTokenizer", "pre_tokenizer.type")
        try check.require(postProcessor.type, is: "TemplateProcessing", "post_processor.type")
        try check.require(model.type, is: "WordPiece", "model.type")
        try check.require(model.maxInputCharsPerWord, in: 1...1000, "model.max_input_chars_per_word")
        let ids = Set(model.vocab.values)
        try check.require(
            ids.count == model.vocab.count && ids.min() == 0 && ids.max() == ids.count - 1, "model.vocab",
            "pieces with the ids from 0 up, each once")
        try check.require(
            addedTokens.allSatisfy { ids.contains($0.id) }, "added_tokens", "made of ids below \(ids.count)")
    }
}
