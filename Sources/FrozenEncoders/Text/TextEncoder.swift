import TensorCore

/// A frozen network over texts.
public protocol TextEncoder: Sendable {
    /// Length of a text's pooled vector.
    var embeddingLength: Int { get }

    /// Shape `[tokens, width]` of the token states; nil where it depends on the text, or there are none.
    var stateShape: [Int]? { get }

    /// Prefixes that the encoder was taught to read before a text, by name, such as “query: ”.
    var prompts: [String: String] { get }

    /// Encodes one text, truncated to the encoder's limit.
    func encode(_ text: String) -> EncodedText

    /// The encoder with a text that goes before every other, in place of its own if it has one.
    func prompted(_ prefix: String) -> any TextEncoder
}

extension TextEncoder {
    public var stateShape: [Int]? { nil }
    public var prompts: [String: String] { [:] }
    public func prompted(_ prefix: String) -> any TextEncoder { PromptedTextEncoder(base: self, prefix: prefix) }
}

/// An encoder with a text before every other.
private struct PromptedTextEncoder: TextEncoder {
    let base: any TextEncoder
    let prefix: String

    var embeddingLength: Int { base.embeddingLength }
    var stateShape: [Int]? { base.stateShape }
    var prompts: [String: String] { base.prompts }
    func encode(_ text: String) -> EncodedText { base.encode(prefix + text) }
    func prompted(_ prefix: String) -> any TextEncoder { base.prompted(prefix) }
}

/// A text encoder's output for one text.
public struct EncodedText: Sendable {
    /// Hidden states of the tokens `[tokens, width]`; nil for an encoder that has none.
    public let tokenStates: Tensor?
    /// One vector for the whole text `[embeddingLength]`.
    public let pooled: Tensor
    /// Warnings about the text: that it was cut, or that most of its words are unknown.
    public let warnings: [TextWarning]

    public init(tokenStates: Tensor?, pooled: Tensor, warnings: [TextWarning] = []) {
        (self.tokenStates, self.pooled, self.warnings) = (tokenStates, pooled, warnings)
    }
}
