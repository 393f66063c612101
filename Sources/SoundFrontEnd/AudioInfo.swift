/// What a sound file says of itself.
public struct AudioInfo: Equatable, Sendable {
    /// Frames a second.
    public let sampleRate: Int
    public let channelCount: Int
    /// One sample of every channel each; nil where the container does not say or only estimates (a streamed FLAC, MP3).
    public let frameCount: Int64?

    /// In seconds.
    public var duration: Double? { frameCount.map { Double($0) / Double(sampleRate) } }
}
