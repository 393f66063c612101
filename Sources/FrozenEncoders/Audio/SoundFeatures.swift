/// The parts of an encoded sound that make up its vector.
public enum SoundFeatures: String, Sendable, CaseIterable {
    /// The pooled embedding.
    case embedding
    /// The pooled class scores, 0 to 1 each.
    case scores
    /// The embedding, then the scores.
    case both

    public func vector(of sound: EncodedSound) -> [Float] {
        switch self {
        case .embedding: sound.embedding
        case .scores: sound.scores ?? []
        case .both: sound.embedding + (sound.scores ?? [])
        }
    }

    /// Length of a sound's vector from this encoder; nil where it takes scores and the encoder is not a tagger.
    public func count(of encoder: any AudioEncoder) -> Int? {
        count(embedding: encoder.embeddingLength, scores: encoder.labels?.count)
    }

    /// Length of the vector of a sound; nil where it takes scores and the sound has none.
    public func count(of sound: EncodedSound) -> Int? {
        count(embedding: sound.embedding.count, scores: sound.scores?.count)
    }

    private func count(embedding: Int, scores: Int?) -> Int? {
        switch self {
        case .embedding: embedding
        case .scores: scores
        case .both: scores.map { embedding + $0 }
        }
    }
}
