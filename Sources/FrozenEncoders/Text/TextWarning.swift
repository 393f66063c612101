import FilesOnDisk

/// Something about a text that was encoded all the same; its description is one sentence that names the text.
public struct TextWarning: Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Equatable, Sendable {
        /// The text has more tokens than the encoder's `limit`: its last words that are read, and the first that are not.
        case truncated(limit: Int, kept: String, lost: String)
        /// The vocabulary has `unknown` of the text's `words` not at all, or letter by letter only.
        case unknownWords(unknown: Int, words: Int)
    }

    public let text: String
    public let kind: Kind

    public init(text: String, kind: Kind) { (self.text, self.kind) = (text, kind) }

    public var description: String {
        switch kind {
        case .truncated(let limit, let kept, let lost):
            "“\(text.onOneLine)” is longer than the \(limit) tokens that the text encoder reads: it is read up to “\(kept.onOneLine)”, and what follows, “\(lost.onOneLine) …”, is lost."
        case .unknownWords(let unknown, let words):
            "“\(text.onOneLine)” is mostly made of what the text encoder has no words for: \(unknown) of \(words) words are not in its vocabulary."
        }
    }
}
