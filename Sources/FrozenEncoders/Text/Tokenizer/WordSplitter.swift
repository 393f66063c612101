/// A cutter of normalised texts into words, before their pieces are looked up: the `pre_tokenizer` of a `tokenizer.json`.
indirect enum WordSplitter: Decodable, Sendable {
    /// At white space and around punctuation.
    case bert
    /// At white space.
    case whitespace
    /// At spaces, each of which becomes a mark that its word begins with.
    case metaspace(mark: Unicode.Scalar, prepends: Prepending, isSplit: Bool)
    /// By the regular expression of GPT-2, spaces with the words that they precede.
    case byteLevel(prependsSpace: Bool, isSplit: Bool)
    case sequence([WordSplitter])
    case unknown(String)

    enum Prepending: String, Decodable {
        case always, never, first
    }

    struct Word {
        var scalars: ArraySlice<Unicode.Scalar>
        var isPunctuation = false
    }

    private enum CodingKeys: String, CodingKey {
        case type, replacement, split
        case splitters = "pretokenizers"
        case prepending = "prepend_scheme"
        case prependsSpace = "add_prefix_space"
        case usesPattern = "use_regex"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let type = try fields.decode(String.self, forKey: .type)
        switch type {
        case "BertPreTokenizer": self = .bert
        case "WhitespaceSplit": self = .whitespace
        case "Sequence": self = .sequence(try fields.decode([WordSplitter].self, forKey: .splitters))
        case "ByteLevel":
            self = .byteLevel(
                prependsSpace: try fields.value(.prependsSpace, default: true),
                isSplit: try fields.value(.usesPattern, default: true))
        case "Metaspace":
            let mark = try fields.value(.replacement, default: "▁").unicodeScalars
            // Older files say by `add_prefix_space` what newer ones say by `prepend_scheme`.
            let usual: Prepending = try fields.value(.prependsSpace, default: true) ? .always : .never
            self = .metaspace(
                mark: mark.first ?? "▁", prepends: try fields.value(.prepending, default: usual),
                isSplit: try fields.value(.split, default: true))
        default: self = .unknown(type)
        }
    }

    /// The type of a part that is not known; nil where all are.
    var unknownType: String? {
        switch self {
        case .unknown(let type): type
        case .sequence(let parts): parts.lazy.compactMap(\.unknownType).first
        case .bert, .whitespace, .metaspace, .byteLevel: nil
        }
    }

    /// Cuts a text into words, none of them empty.
    ///
    /// - Parameter isFirst: Whether the text is the beginning of a whole one.
    func words(of text: [Unicode.Scalar], isFirst: Bool) -> [Word] {
        text.isEmpty ? [] : words(of: Word(scalars: text[...]), isFirst: isFirst)
    }

    private func words(of word: Word, isFirst: Bool) -> [Word] {
        let scalars = word.scalars
        switch self {
        case .bert: return Self.runs(of: scalars, punctuation: \.isPunctuationToBERT)
        case .whitespace: return Self.runs(of: scalars) { _ in false }
        case .metaspace(let mark, let prepends, let isSplit):
            var marked = scalars.map { $0 == " " ? mark : $0 }
            if prepends == .always || (prepends == .first && isFirst), marked.first != mark {
                marked.insert(mark, at: 0)
            }
            return isSplit ? Self.cut(marked[...], before: mark) : [Word(scalars: marked[...])]
        case .byteLevel(let prependsSpace, let isSplit):
            let whole = prependsSpace && scalars.first != " " ? [" "] + scalars : Array(scalars)
            return isSplit ? GPT2Pattern.words(of: whole) : [Word(scalars: whole[...])]
        case .sequence(let parts):
            return parts.reduce([word]) { words, part in
                words.enumerated().flatMap { part.words(of: $1, isFirst: isFirst && $0 == 0) }
            }
        case .unknown: return [word]
        }
    }

    /// What lies between white space; a punctuation mark is a word of its own.
    private static func runs(
        of scalars: ArraySlice<Unicode.Scalar>, punctuation: (Unicode.Scalar) -> Bool
    ) -> [Word] {
        var words: [Word] = []
        var start = scalars.startIndex
        func end(_ index: Int) {
            if start < index { words.append(Word(scalars: scalars[start..<index])) }
            start = index + 1
        }
        for (index, scalar) in zip(scalars.indices, scalars) {
            if scalar.properties.isWhitespace {
                end(index)
            } else if punctuation(scalar) {
                end(index)
                words.append(Word(scalars: scalars[index...index], isPunctuation: true))
            }
        }
        end(scalars.endIndex)
        return words
    }

    private static func cut(_ scalars: ArraySlice<Unicode.Scalar>, before mark: Unicode.Scalar) -> [Word] {
        var starts = scalars.indices.filter { scalars[$0] == mark }
        if starts.first != scalars.startIndex { starts.insert(scalars.startIndex, at: 0) }
        return zip(starts, starts.dropFirst() + [scalars.endIndex]).map { Word(scalars: scalars[$0..<$1]) }
    }
}

/// The regular expression that GPT-2 divides texts by:
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
private enum GPT2Pattern {
    private static let endings = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map { Array($0.unicodeScalars) }

    static func words(of scalars: [Unicode.Scalar]) -> [WordSplitter.Word] {
        var words: [WordSplitter.Word] = []
        var rest = scalars[...]
        func take(_ count: Int, isPunctuation: Bool) {
            words.append(.init(scalars: rest.prefix(count), isPunctuation: isPunctuation))
            rest = rest.dropFirst(count)
        }
        while let first = rest.first {
            if let ending = endings.first(where: rest.starts(with:)) {
                take(ending.count, isPunctuation: true)
                continue
            }
            let body = first == " " ? rest.dropFirst() : rest
            if let kind = body.first?.patternClass, kind != .space {
                let length = body.prefix { $0.patternClass == kind }.count
                take(rest.count - body.count + length, isPunctuation: kind == .other)
            } else {
                let length = rest.prefix { $0.patternClass == .space }.count
                // The last space is left to what follows.
                take(length < rest.count ? max(1, length - 1) : length, isPunctuation: true)
            }
        }
        return words
    }
}
