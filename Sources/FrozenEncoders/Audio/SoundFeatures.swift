/// Which of the things that an audio encoder says of a sound make up its vector.
public enum SoundFeatures: String, Sendable, CaseIterable {
    /// The pooled embedding.
    case embedding
    /// The pooled class scores, 0 to 1 each.
    case scores
    /// The embedding, then the scores.
    case both

    public func vector(of sound: SoundLatent) -> [Float] {
        switch self {
        case .embedding: sound.embedding
        case .scores: sound.scores
        case .both: sound.embedding + sound.scores
        }
    }

    /// Length of the vector of a sound whose parts have these lengths.
    public func count(embedding: Int, scores: Int) -> Int {
        switch self {
        case .embedding: embedding
        case .scores: scores
        case .both: embedding + scores
        }
    }
}
