import FilesOnDisk

/// Reasons why items and words, or items of two kinds, cannot be brought into one space; one sentence each.
public enum SpaceError: DescribedError, Equatable {
    /// The adapters, or a side of them, are for other latents.
    case noSide(adapters: String, takes: String, found: String)
    /// The adapters take other features of a sound than the latents hold.
    case features(adapters: String, encoder: String, takes: Int, found: Int)
    /// A model's sound adapter was given latents other than a sound's embedding and scores.
    case soundAdapter(model: String, embedding: Int, scores: Int, found: String)
    /// The adapters have no side for words.
    case noWords(adapters: String, encoders: [String])
    /// The adapters' encoder is not installed, but media must be encoded.
    case noEncoder(method: String)
    /// The encoder encodes another modality than expected.
    case modality(encoder: String, found: String, expected: String)
    /// The sound encoder has no vectors of that length.
    case width(encoder: String, lengths: [Int], expected: Int)
    /// Two sets to be searched as one are not of one kind.
    case unlike(first: String, String, other: String, String)
    /// The metadata of a set of latents lacks a key.
    case unknown(source: String, key: String)

    public var description: String {
        switch self {
        case .noSide(let adapters, let takes, let found):
            "The adapters \(adapters) take \(takes), not \(found)."
        case .features(let adapters, let encoder, let takes, let found):
            """
            The adapters \(adapters) take \(encoder)'s vectors of \(takes) numbers, not of \(found): embed --features decides \
            what a sound's vector holds.
            """
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
            "\(source) does not say what its latents are (“\(key)” in its metadata, beside a .npy in NAME.metadata.json): adapters that take them were expected, or latents of embed."
        }
    }
}
