/// Decodes one stream of sound, block by block.
protocol SoundDecoder: AnyObject {
    /// Facts that are known before the first block.
    var info: AudioInfo { get }

    /// Returns the next block or nil at the end. Throws `AudioFileError` `.unreadable` where the system refuses a read.
    func nextBlock() throws(AudioFileError) -> AudioBlock?

    /// Shortfalls known so far, all of them after the last block; their places are seconds of this stream.
    var shortfalls: [AudioWarning.Kind] { get }
}

/// Samples of one rate and as many channels.
public struct AudioBlock: Equatable, Sendable {
    /// Most samples of a block, of all channels together.
    static let largestSize = 65_536

    /// Interleaved `[frames, channels]`, full scale 1.
    public let samples: [Float]
    /// Frames per second.
    public let sampleRate: Int
    public let channelCount: Int

    public var frameCount: Int { samples.count / channelCount }
    /// The duration in seconds.
    public var duration: Double { Double(frameCount) / Double(sampleRate) }
}
