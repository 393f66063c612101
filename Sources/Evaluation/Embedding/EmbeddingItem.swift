import Foundation

/// Something that a frozen encoder makes a vector of.
public struct EmbeddingItem: Sendable, Equatable {
    public enum Source: Sendable, Equatable {
        case file(URL)
        case text(String)
    }

    /// The vector's name, different from that of every other item.
    public let id: String
    /// A recording, an image or a concept that must not be torn between training and test.
    public let group: String?
    public let source: Source

    public init(id: String, group: String? = nil, source: Source) {
        (self.id, self.group, self.source) = (id, group, source)
    }

    /// The vector's source, so that a change shows: a file's path, size and time of change, or the text itself.
    public var origin: String {
        switch source {
        case .text(let words): return words
        case .file(let url):
            let path = url.path(percentEncoded: false)
            var status = stat()
            guard stat(path, &status) == 0 else { return path }
            let time = status.st_mtim
            return "\(path)\n\(status.st_size)\n\(time.tv_sec).\(time.tv_nsec)"
        }
    }
}
