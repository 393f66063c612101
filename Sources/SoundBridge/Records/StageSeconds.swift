/// Wall time of the stages of one picture, in seconds. Loading is left out, because all pictures of a run share it.
public struct StageSeconds: Sendable, Codable, Equatable {
    public var load = 0.0
    /// Decoding the sound and running the audio encoder.
    public var listen = 0.0
    /// Making the condition from the sound, the words or both.
    public var condition = 0.0
    public var denoise = 0.0
    /// Decoding the latents into pixels, and choosing among candidates.
    public var decode = 0.0
    public var write = 0.0

    public init() {}

    /// Adds the time that `body` takes to one stage.
    public mutating func measure<Result>(
        _ stage: WritableKeyPath<StageSeconds, Double>, _ body: () throws -> Result
    ) rethrows -> Result {
        let start = ContinuousClock.now
        defer { self[keyPath: stage] += start.duration(to: .now) / .seconds(1) }
        return try body()
    }
}
