/// How a run goes about its work; its pictures do not depend on it.
public struct RunOptions: Sendable {
    /// Pictures that are denoised together.
    public static let batchSizes = 1...64
    /// By measurement: more take no less time a picture and more memory, and an interrupt waits for all of them.
    public static let automaticBatchSize = 4
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
        overwrites: Bool = false, hasMetadata: Bool = true, batchSize: Int = automaticBatchSize,
        jobs: Int = defaultJobCount, maxFailures: Int = .max
    ) {
        (self.overwrites, self.hasMetadata) = (overwrites, hasMetadata)
        (self.batchSize, self.jobs, self.maxFailures) = (batchSize, jobs, maxFailures)
    }
}
