import TensorCore

/// Several text encoders read as one: their token states side by side, the pooled vector of the last (SDXL's two; Podell
/// et al., arXiv 2307.01952, section 2.1).
public struct JoinedTextEncoder: TextEncoder {
    private let encoders: [any TextEncoder]

    /// - Parameter encoders: At least one; each has states of as many tokens.
    public init(_ encoders: [any TextEncoder]) {
        precondition(!encoders.isEmpty, "no encoders")
        self.encoders = encoders
    }

    public var embeddingLength: Int { encoders[encoders.count - 1].embeddingLength }

    public var stateShape: [Int]? {
        let shapes = encoders.compactMap(\.stateShape)
        guard shapes.count == encoders.count else { return nil }
        return [shapes[0][0], shapes.reduce(0) { $0 + $1[1] }]
    }

    public func encode(_ text: String) -> EncodedText {
        let encoded = encoders.map { $0.encode(text) }
        let states = encoded.compactMap(\.tokenStates)
        var warnings: [TextWarning] = []
        for warning in encoded.flatMap(\.warnings) where !warnings.contains(warning) { warnings.append(warning) }
        return EncodedText(
            tokenStates: states.count == encoders.count ? Tensor.besideEachOther(states) : nil,
            pooled: encoded[encoded.count - 1].pooled, warnings: warnings)
    }
}
