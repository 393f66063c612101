import Foundation

/// Preprocessing of captions before they are encoded.
public enum CaptionStyle: String, CaseIterable, Sendable {
    /// Captions as FuseMix trains and evaluates with them (arXiv 2312.10144 and its code, after BLIP's `pre_caption`):
    /// lower case, `.!"()*#:;~` as spaces, single spaces, at most 50 words.
    case fusemix
    /// Captions as they are written.
    case raw

    private static let longest = 50
    private static let dropped = Set<Character>(".!\"()*#:;~")

    public func callAsFunction(_ caption: String) -> String {
        guard self == .fusemix else { return caption }
        let words = caption.lowercased().split { $0.isWhitespace || Self.dropped.contains($0) }
        return words.prefix(Self.longest).joined(separator: " ")
    }
}
