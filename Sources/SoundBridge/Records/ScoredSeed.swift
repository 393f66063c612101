/// A seed that was tried for a picture.
public struct ScoredSeed: Sendable, Codable, Equatable {
    public let seed: UInt64
    /// Cosine between picture and subject, as `PictureCritic` finds it.
    public let score: Float

    public init(seed: UInt64, score: Float) { (self.seed, self.score) = (seed, score) }
}
