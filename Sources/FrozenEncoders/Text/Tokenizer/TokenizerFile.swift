import FilesOnDisk

/// The parts of a Hugging Face `tokenizer.json` that define a tokenizer: WordPiece, byte-level BPE, or Unigram.
struct TokenizerFile: CheckedJSON {
    let addedTokens: [AddedToken]
    let normalizer: TextNormalizer?
    let preTokenizer: WordSplitter?
    let postProcessor: TokenTemplate?
    let model: Model

    struct AddedToken: Decodable {
        let token: AddedTokens.Token
        /// Whether it is looked for in the normalised text.
        let isNormalized: Bool

        init(_ token: AddedTokens.Token, isNormalized: Bool = false) {
            (self.token, self.isNormalized) = (token, isNormalized)
        }

        private enum CodingKeys: String, CodingKey {
            case id, content, normalized
            case stripsLeft = "lstrip"
            case stripsRight = "rstrip"
            case isSingleWord = "single_word"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            token = AddedTokens.Token(
                content: try fields.decode(String.self, forKey: .content), id: try fields.decode(Int.self, forKey: .id),
                stripsLeft: try fields.value(.stripsLeft, default: false),
                stripsRight: try fields.value(.stripsRight, default: false),
                isSingleWord: try fields.value(.isSingleWord, default: false))
            isNormalized = try fields.value(.normalized, default: false)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case normalizer, model
        case addedTokens = "added_tokens"
        case preTokenizer = "pre_tokenizer"
        case postProcessor = "post_processor"
    }

    func validate(_ check: FieldCheck) throws {
        try Self.validate(check, normalizer?.unknownType, "normalizer.type")
        try Self.validate(check, preTokenizer?.unknownType, "pre_tokenizer.type")
        try Self.validate(check, postProcessor?.unknownType, "post_processor.type")
        try model.validate(check)
        try check.require(
            addedTokens.allSatisfy { AddedTokensFile.fitIDs.contains($0.token.id) }, "added_tokens", AddedTokensFile.fit
        )
    }

    private static func validate(_ check: FieldCheck, _ unknown: String?, _ field: String) throws {
        try check.require(unknown == nil, field, "a known kind, not “\((unknown ?? "").onOneLine)”")
    }
}

extension TokenizerFile {
    enum Model: Decodable {
        case wordPiece(WordPiece)
        case bytePair(BytePair)
        case unigram(Unigram)
        case unknown(String)

        struct WordPiece: Decodable {
            let unkToken: String
            let continuingSubwordPrefix: String
            let maxInputCharsPerWord: Int
            let vocab: [String: Int]

            private enum CodingKeys: String, CodingKey {
                case vocab
                case unkToken = "unk_token"
                case continuingSubwordPrefix = "continuing_subword_prefix"
                case maxInputCharsPerWord = "max_input_chars_per_word"
            }
        }

        struct BytePair: Decodable {
            let unkToken: String?
            let continuingSubwordPrefix: String?
            let endOfWordSuffix: String?
            let fallsBackToBytes: Bool?
            let ignoresMerges: Bool?
            let vocab: [String: Int]
            let merges: [MergedPair]

            private enum CodingKeys: String, CodingKey {
                case vocab, merges
                case unkToken = "unk_token"
                case continuingSubwordPrefix = "continuing_subword_prefix"
                case endOfWordSuffix = "end_of_word_suffix"
                case fallsBackToBytes = "byte_fallback"
                case ignoresMerges = "ignore_merges"
            }
        }

        struct Unigram: Decodable {
            let unknown: Int?
            let fallsBackToBytes: Bool?
            let vocab: [Piece]

            struct Piece: Decodable {
                let piece: String
                let score: Double

                init(from decoder: any Decoder) throws {
                    var pair = try decoder.unkeyedContainer()
                    (piece, score) = (try pair.decode(String.self), try pair.decode(Double.self))
                }
            }

            private enum CodingKeys: String, CodingKey {
                case vocab
                case unknown = "unk_id"
                case fallsBackToBytes = "byte_fallback"
            }
        }

        private enum CodingKeys: String, CodingKey {
            case type
        }

        init(from decoder: any Decoder) throws {
            let type = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .type)
            self =
                switch type {
                case "WordPiece": .wordPiece(try WordPiece(from: decoder))
                case "BPE": .bytePair(try BytePair(from: decoder))
                case "Unigram": .unigram(try Unigram(from: decoder))
                default: .unknown(type)
                }
        }

        /// The number of pieces; their ids are below it.
        var size: Int {
            switch self {
            case .wordPiece(let model): model.vocab.count
            case .bytePair(let model): model.vocab.count
            case .unigram(let model): model.vocab.count
            case .unknown: 0
            }
        }

        func validate(_ check: FieldCheck) throws {
            switch self {
            case .wordPiece(let model):
                try check.require(model.maxInputCharsPerWord, in: 1...1000, "model.max_input_chars_per_word")
                try Self.validate(check, model.vocab)
            case .bytePair(let model):
                try check.require(
                    (model.continuingSubwordPrefix ?? "").isEmpty, "model.continuing_subword_prefix", "empty")
                try check.require(model.fallsBackToBytes != true, "model.byte_fallback", "false")
                try check.require(model.ignoresMerges != true, "model.ignore_merges", "false")
                try Self.validate(check, model.vocab)
            case .unigram(let model):
                try check.require(model.fallsBackToBytes != true, "model.byte_fallback", "false")
                try check.require((1...1 << 22).contains(model.vocab.count), "model.vocab", "a list of pieces")
                try check.require(
                    model.vocab.allSatisfy { $0.score.isFinite }, "model.vocab", "pieces with finite scores")
                try check.require(
                    model.vocab.indices.contains(model.unknown ?? -1), "model.unk_id", "below \(model.vocab.count)")
            case .unknown(let type):
                try check.require(false, "model.type", "WordPiece, BPE or Unigram, not “\(type.onOneLine)”")
            }
        }

        private static func validate(_ check: FieldCheck, _ vocabulary: [String: Int]) throws {
            let ids = Set(vocabulary.values)
            try check.require(
                ids.count == vocabulary.count && ids.min() == 0 && ids.max() == ids.count - 1, "model.vocab",
                "pieces with the ids from 0 up, each once")
        }
    }
}

/// Two pieces, as a list or with a space between them.
struct MergedPair: Decodable {
    let pair: (left: String, right: String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let pieces =
            if let line = try? container.decode(String.self) {
                line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            } else {
                try container.decode([String].self)
            }
        guard pieces.count == 2 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not two pieces")
        }
        pair = (pieces[0], pieces[1])
    }
}
