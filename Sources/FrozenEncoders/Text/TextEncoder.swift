import TensorCore

/// A frozen network over texts.
public protocol TextEncoder: Sendable {
    /// Length of a text's pooled vector.
    var embeddingLength: Int { get }

    /// Encodes one text, cut where it is longer than the encoder takes.
    func encode(_ text: String) -> EncodedText
}

/// A text as a text encoder gives it.
public struct EncodedText: Sendable {
    /// States of the tokens `[tokens, width]`; nil of an encoder that has none.
    public let tokenStates: Tensor?
    /// One vector for the whole text `[embeddingLength]`.
    public let pooled: Tensor

    public init(tokenStates: Tensor?, pooled: Tensor) {
        (self.tokenStates, self.pooled) = (tokenStates, pooled)
    }
}
