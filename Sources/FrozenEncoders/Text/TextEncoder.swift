import TensorCore

/// A frozen network over texts.
public protocol TextEncoder: Sendable {
    /// Length of a text's pooled vector.
    var embeddingLength: Int { get }

    /// Shape `[tokens, width]` of the token states; nil where it depends on the text, or there are none.
    var stateShape: [Int]? { get }

    /// Encodes one text, truncated to the encoder's limit.
    func encode(_ text: String) -> EncodedText
}

extension TextEncoder {
    public var stateShape: [Int]? { nil }
}

/// A text encoder's output for one text.
public struct EncodedText: Sendable {
    /// Hidden states of the tokens `[tokens, width]`; nil for an encoder that has none.
    public let tokenStates: Tensor?
    /// One vector for the whole text `[embeddingLength]`.
    public let pooled: Tensor
    /// What is to be said of the text: that it was cut, or that most of its words are unknown.
    public let warnings: [TextWarning]

    public init(tokenStates: Tensor?, pooled: Tensor, warnings: [TextWarning] = []) {
        (self.tokenStates, self.pooled, self.warnings) = (tokenStates, pooled, warnings)
    }
}
