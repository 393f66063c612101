/// A text as token ids, with what was lost on the way.
struct TokenizedText {
    /// Ids without those of the template, at most `room`.
    private(set) var ids: [Int] = []
    /// Words that were read, without punctuation.
    private(set) var words = 0
    /// Words of these that the vocabulary lacks, or has letter by letter only.
    private(set) var unknownWords = 0
    /// The last words that were read whole, as the encoder normalises them.
    private(set) var kept: [String] = []
    /// The first that were not.
    private(set) var lost: [String] = []

    private let room: Int
    /// Number of words that tell where the text was cut.
    private static let told = 4

    init(room: Int) { self.room = room }

    /// Whether nothing more needs to be added.
    var isFull: Bool { lost.count >= Self.told }

    /// Adds a word with its ids.
    mutating func add(_ word: String, _ pieces: [Int], isUnknown: Bool = false, isPunctuation: Bool = false) {
        let left = room - ids.count
        ids += pieces.prefix(left)
        guard pieces.count <= left, lost.isEmpty else {
            lost.append(word)
            return
        }
        kept = (kept + [word]).suffix(Self.told)
        guard !isPunctuation else { return }
        words += 1
        if isUnknown { unknownWords += 1 }
    }

    /// Whether the pieces of a word spell it letter by letter, so that they say little. A letter beyond ASCII that stands
    /// alone says as little.
    static func isSpelled(_ word: some Collection<Unicode.Scalar>, in pieces: [Int]) -> Bool {
        word.contains { !$0.isASCII && $0.properties.isAlphabetic } && pieces.count >= word.count
    }

    /// Warnings about the text, of whose tokens `limit` are read.
    func warnings(of text: String, limit: Int) -> [TextWarning] {
        var kinds: [TextWarning.Kind] = []
        if !lost.isEmpty {
            let (kept, lost) = (kept.joined(separator: " "), lost.joined(separator: " "))
            kinds.append(.truncated(limit: limit, kept: kept, lost: lost))
        }
        if unknownWords * 2 > words { kinds.append(.unknownWords(unknown: unknownWords, words: words)) }
        return kinds.map { TextWarning(text: text, kind: $0) }
    }
}

extension String {
    /// A string of these scalars.
    init(_ scalars: some Sequence<Unicode.Scalar>) {
        self.init(String.UnicodeScalarView(scalars))
    }
}
