import TensorCore

/// A denoiser's second input: the content of the picture, in the network's form. Never normalised.
public struct Condition: Sendable {
    /// Hidden states of the tokens `[tokens, width]`: one for a network that takes a single vector, 77 for Stable
    /// Diffusion 1.x.
    public let tokens: Tensor
    /// A pooled vector `[width]` beside the tokens, where the network takes one (SDXL).
    public let pooled: Tensor?

    public init(tokens: Tensor, pooled: Tensor? = nil) {
        precondition(tokens.shape.count == 2, "tokens are [tokens, width], not \(tokens.shape)")
        (self.tokens, self.pooled) = (tokens, pooled)
    }

    /// Makes a condition of a single vector `[width]`.
    public init(vector: Tensor) { self.init(tokens: vector.reshaped([1, vector.count])) }

    public var shape: ConditionShape {
        ConditionShape(tokens: tokens.shape[0], width: tokens.shape[1], pooledWidth: pooled?.count)
    }
}

/// The shape of the conditions that a denoiser takes.
public struct ConditionShape: Sendable, Equatable, CustomStringConvertible {
    public let tokens: Int
    /// Width of a token.
    public let width: Int
    /// Width of the pooled vector; nil where there is none.
    public let pooledWidth: Int?

    public init(tokens: Int, width: Int, pooledWidth: Int? = nil) {
        (self.tokens, self.width, self.pooledWidth) = (tokens, width, pooledWidth)
    }

    public var description: String { "\(tokens) × \(width)" + (pooledWidth.map { " and \($0)" } ?? "") }
}
