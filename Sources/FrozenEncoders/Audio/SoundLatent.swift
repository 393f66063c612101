/// What an audio encoder makes of a sound.
public struct SoundLatent: Equatable, Sendable {
    public let embedding: [Float]
    /// From 0 to 1, one a class.
    public let scores: [Float]
    /// How many windows were pooled into it.
    public let windowCount: Int

    public init(embedding: [Float], scores: [Float], windowCount: Int) {
        (self.embedding, self.scores, self.windowCount) = (embedding, scores, windowCount)
    }
}
