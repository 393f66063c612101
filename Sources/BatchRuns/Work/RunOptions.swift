import SoundBridge

/// Options for the work of a run; its pictures do not depend on them.
public struct RunOptions: Sendable {
    public static let jobCounts = 1...64
    /// Default number of threads. One reads and writes while the networks compute; a second one is rarely busy.
    public static let defaultJobCount = 2

    /// Whether existing outputs are replaced.
    public var overwrites: Bool
    /// Whether pictures carry their settings.
    public var hasMetadata: Bool
    /// Whether a sound with anything to be said of it fails.
    public var isStrict: Bool
    /// Maximal number of pictures that are denoised together.
    public var batchSize: Int
    /// Number of sounds read and pictures written at once.
    public var jobs: Int
    /// Number of failures that ends the run early.
    public var maxFailures: Int
    /// Steps between two quick looks at pictures that are being drawn, at least 1; nil for none.
    public var previewSteps: Int?

    public init(
        overwrites: Bool = false, hasMetadata: Bool = true, isStrict: Bool = false,
        batchSize: Int = DrawQueue.defaultBatchSize,
        jobs: Int = defaultJobCount, maxFailures: Int = .max, previewSteps: Int? = nil
    ) {
        (self.overwrites, self.hasMetadata, self.isStrict) = (overwrites, hasMetadata, isStrict)
        (self.batchSize, self.jobs, self.maxFailures) = (batchSize, jobs, maxFailures)
        self.previewSteps = previewSteps
    }
}
