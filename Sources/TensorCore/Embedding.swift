import Foundation

/// A space in which embeddings can be compared.
public struct EmbeddingSpace: Hashable, Sendable, CustomStringConvertible {
    /// The component that makes embeddings of this space: an encoder for its own space, adapters for the shared one.
    public let name: String

    public init(_ name: String) { self.name = name }

    public var description: String { name }
}

/// A unit vector that knows its space; its cosine with another of that space says how alike two things are.
///
/// Embeddings are compared, ranked, searched and blended. They are not a denoiser's input: that is a `Condition`, which
/// a conditioner makes from them.
public struct Embedding: Sendable {
    /// `[channels]`, of length 1.
    public let vector: Tensor
    public let space: EmbeddingSpace

    /// Scales `vector` `[channels]` to length 1; a zero vector stays one.
    public init(_ vector: Tensor, in space: EmbeddingSpace) {
        precondition(vector.shape.count == 1, "an embedding is [channels], not \(vector.shape)")
        (self.vector, self.space) = (vector.normalized(), space)
    }

    /// Cosine of the angle between two embeddings of one space and width, −1 to 1.
    public func cosine(to other: Embedding) -> Float {
        requireSameSpace(as: other)
        return zip(vector.floats, other.vector.floats).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The point at `share` on the great circle from this embedding (0) to another of its space (1): spherical linear
    /// interpolation (Shoemake, “Animating Rotation with Quaternion Curves”, SIGGRAPH 1985).
    ///
    /// Parallel and opposite embeddings have no unique great circle; they are interpolated along a straight line.
    public func arc(to other: Embedding, share: Float) -> Embedding {
        let cosine = min(max(cosine(to: other), -1), 1)
        guard abs(cosine) < 0.9999 else {
            return Embedding(vector * (1 - share) + other.vector * share, in: space)
        }
        let angle = acos(Double(cosine)), share = Double(share)
        let from = sin((1 - share) * angle) / sin(angle), to = sin(share * angle) / sin(angle)
        return Embedding(vector * Float(from) + other.vector * Float(to), in: space)
    }

    private func requireSameSpace(as other: Embedding) {
        precondition(
            space == other.space && vector.shape == other.vector.shape,
            "embeddings of \(space) \(vector.shape) and \(other.space) \(other.vector.shape) cannot be compared")
    }
}

/// Embeddings of many items in one space, as rows.
public struct Embeddings: Sendable {
    /// `[count, channels]`, f32, rows of length 1.
    public let rows: Tensor
    public let space: EmbeddingSpace

    public var count: Int { rows.shape[0] }
    public var channels: Int { rows.shape[1] }

    /// Scales each row of `rows` `[count, channels]`, of any float type, to length 1.
    public init(_ rows: Tensor, in space: EmbeddingSpace) {
        self.init(normalized: rows.float32().normalized(), in: space)
    }

    /// Takes rows `[count, channels]` that already have length 1, such as the output of adapters.
    public init(normalized rows: Tensor, in space: EmbeddingSpace) {
        precondition(rows.shape.count == 2, "embeddings are [count, channels], not \(rows.shape)")
        (self.rows, self.space) = (rows, space)
    }

    /// Joins embeddings, at least one, all of one space and width.
    public init(_ embeddings: [Embedding]) {
        precondition(Set(embeddings.map(\.space)).count == 1, "embeddings of one space")
        self.init(normalized: .stacked(embeddings.map(\.vector)), in: embeddings[0].space)
    }
}
