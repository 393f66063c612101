import TensorCore

/// Vectors to be ranked, known to be finite.
public struct EmbeddedItems: Sendable {
    /// `[count, channels]`, any float type; scores are dot products, so rows of length 1 give cosines.
    public let vectors: Tensor
    /// What errors call them: a file's name, say.
    public let source: String

    public var count: Int { vectors.shape[0] }
    public var channels: Int { vectors.shape[1] }

    /// Vectors that are looked at together while they are checked.
    private static let block = 4096

    /// - Parameters:
    ///   - vectors: `[count, channels]`.
    ///   - id: What errors call the row of an index.
    /// - Throws: `RetrievalError.notFinite`.
    public init(_ vectors: Tensor, source: String, id: (Int) -> String) throws {
        precondition(vectors.shape.count == 2, "vectors are [count, channels], not \(vectors.shape)")
        (self.vectors, self.source) = (vectors, source)
        for start in stride(from: 0, to: count, by: Self.block) {
            let rows = vectors.items(start..<min(start + Self.block, count)).float32()
            let wrong = rows.withFloats { floats in floats.firstIndex { !$0.isFinite } }
            if let wrong {
                throw RetrievalError.notFinite(source: source, id: id(start + wrong / channels))
            }
        }
    }

    private init(_ vectors: Tensor, source: String) {
        (self.vectors, self.source) = (vectors, source)
    }

    /// Items `range`; no copy.
    public func items(_ range: Range<Int>) -> EmbeddedItems {
        EmbeddedItems(vectors.items(range), source: source)
    }

    /// Throws `RetrievalError.widths` unless dot products with `other` exist.
    func checkWidth(against other: EmbeddedItems) throws {
        guard channels == other.channels else {
            throw RetrievalError.widths(first: source, channels, second: other.source, other.channels)
        }
    }
}
