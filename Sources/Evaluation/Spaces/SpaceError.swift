import FilesOnDisk

/// Why items and words, or items of two kinds, cannot be brought into one space; one sentence each.
public enum SpaceError: DescribedError, Equatable {
    /// Adapters, or a side of them, for other latents.
    case noSide(adapters: String, takes: String, found: String)
    /// A model's sound adapter given other latents than a sound's embedding and scores.
    case soundAdapter(model: String, embedding: Int, scores: Int, found: String)
    /// Adapters without a side for words.
    case noWords(adapters: String, encoders: [String])
    /// Adapters whose encoder is not there, while media are to be encoded.
    case noEncoder(method: String)
    /// An encoder of something else than is asked of it.
    case modality(encoder: String, found: String, expected: String)
    /// A sound encoder that gives no vectors of that length.
    case width(encoder: String, lengths: [Int], expected: Int)
    /// Two sets that are to be searched as one and are not of one kind.
    case unlike(first: String, String, other: String, String)
    /// A set of latents that does not say what it is of.
    case unknown(source: String, key: String)

    public var description: String {
        switch self {
        case .noSide(let adapters, let takes, let found):
            "The adapters \(adapters) take \(takes), not \(found)."
        case .soundAdapter(let model, let embedding, let scores, let found):
            """
            The sound adapter of the model “\(model)” takes a sound's \(embedding) embedding numbers and \(scores) class scores \
            side by side (embed --features both), not \(found).
            """
        case .noWords(let adapters, let encoders):
            """
            The adapters \(adapters) are not between words and something else: of \(encoders.joined(separator: " and ")) \
            one must be an encoder of words that is installed.
            """
        case .noEncoder(let method):
            "The encoder of the items that \(method) takes is not installed, so they must be given as latents."
        case .modality(let encoder, let found, let expected):
            "\(encoder) encodes \(found), but an encoder of \(expected) was expected."
        case .width(let encoder, let lengths, let expected):
            """
            \(encoder) gives vectors of \(lengths.map(String.init).joined(separator: ", ")) numbers, but \(expected) \
            were expected.
            """
        case .unlike(let first, let kind, let other, let otherKind):
            "\(first) holds \(kind) and \(other) \(otherKind): sets that are searched together must be of one encoder."
        case .unknown(let source, let key):
            "\(source) does not say what its latents are: “\(key)” was expected in its metadata."
        }
    }
}
