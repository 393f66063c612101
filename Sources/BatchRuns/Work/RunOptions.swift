import SoundBridge

/// How a run goes about its work; its pictures do not depend on it.
public struct RunOptions: Sendable {
    public static let jobCounts = 1...64
    /// One thread reads and writes while the networks compute; a second one rarely has anything to do.
    public static let defaultJobCount = 2

    /// Outputs that exist are replaced.
    public var overwrites: Bool
    /// Pictures carry their settings.
    public var hasMetadata: Bool
    /// At most so many pictures are denoised together.
    public var batchSize: Int
    /// Sounds read and pictures written at once.
    public var jobs: Int
    /// The run ends early when so many have failed.
    public var maxFailures: Int

    public init(
        overwrites: Bool = false, hasMetadata: Bool = true, batchSize: Int = DrawQueue.defaultBatchSize,
        jobs: Int = defaultJobCount, maxFailures: Int = .max
    ) {
        (self.overwrites, self.hasMetadata) = (overwrites, hasMetadata)
        (self.batchSize, self.jobs, self.maxFailures) = (batchSize, jobs, maxFailures)
    }
}
