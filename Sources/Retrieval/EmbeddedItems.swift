import TensorCore

/// Vectors to be ranked, known to be finite.
public struct EmbeddedItems: Sendable {
    /// `[count, channels]`, any float type; scores are dot products, so rows of length 1 give cosines.
    public let vectors: Tensor
    /// The space of the vectors; nil where it is not known, and they can be compared with any of their width.
    public let space: EmbeddingSpace?
    /// The name that errors use, such as a file's name.
    public let source: String

    public var count: Int { vectors.shape[0] }
    public var channels: Int { vectors.shape[1] }

    /// Number of vectors that are checked at a time.
    private static let block = 4096

    /// Checks that the vectors are finite.
    ///
    /// - Parameters:
    ///   - vectors: `[count, channels]`.
    ///   - id: The name that errors use for the row of an index.
    /// - Throws: `RetrievalError.notFinite`.
    public init(_ vectors: Tensor, in space: EmbeddingSpace? = nil, source: String, id: (Int) -> String) throws {
        precondition(vectors.shape.count == 2, "vectors are [count, channels], not \(vectors.shape)")
        self.init(vectors, in: space, source: source)
        for start in stride(from: 0, to: count, by: Self.block) {
            let rows = vectors.items(start..<min(start + Self.block, count)).float32()
            let wrong = rows.withFloats { floats in floats.firstIndex { !$0.isFinite } }
            if let wrong {
                throw RetrievalError.notFinite(source: source, id: id(start + wrong / channels))
            }
        }
    }

    /// Checks that the embeddings are finite. Throws `RetrievalError.notFinite`; see `init(_:in:source:id:)`.
    public init(_ embeddings: Embeddings, source: String, id: (Int) -> String) throws {
        try self.init(embeddings.rows, in: embeddings.space, source: source, id: id)
    }

    private init(_ vectors: Tensor, in space: EmbeddingSpace?, source: String) {
        (self.vectors, self.space, self.source) = (vectors, space, source)
    }

    /// Items `range`; no copy.
    public func items(_ range: Range<Int>) -> EmbeddedItems {
        EmbeddedItems(vectors.items(range), in: space, source: source)
    }

    /// The items of these rows, in this order.
    func items(_ rows: [Int]) -> EmbeddedItems {
        EmbeddedItems(vectors.gathered(rows), in: space, source: source)
    }

    /// Throws `RetrievalError.spaces` or `.widths` unless dot products with `other` are meaningful.
    func check(against other: EmbeddedItems) throws {
        if let space, let otherSpace = other.space, space != otherSpace {
            throw RetrievalError.spaces(first: source, space, second: other.source, otherSpace)
        }
        guard channels == other.channels else {
            throw RetrievalError.widths(first: source, channels, second: other.source, other.channels)
        }
    }
}
