import Foundation

/// Something that a frozen encoder makes a vector of.
public struct EmbeddingItem: Sendable, Equatable {
    public enum Source: Sendable, Equatable {
        case file(URL)
        case text(String)
    }

    /// What the vector will be called; differs from that of every other item.
    public let id: String
    /// What must not be torn between training and test: a recording, an image, a concept.
    public let group: String?
    public let source: Source

    public init(id: String, group: String? = nil, source: Source) {
        (self.id, self.group, self.source) = (id, group, source)
    }
}
