/// Counts of the outcomes of a run's pictures.
public struct RunSummary: Sendable, Equatable {
    /// Pictures that were asked for, plus paths that could not be listed.
    public let total: Int
    /// Pictures made by this run.
    public private(set) var made = 0
    /// Pictures made earlier by the run that this one resumes.
    public private(set) var kept = 0
    public private(set) var skipped = 0
    public private(set) var failed = 0
    /// Paths that were left out; they are not among the total.
    public let passedOver: Int

    public init(total: Int, passedOver: Int = 0) { (self.total, self.passedOver) = (total, passedOver) }

    public mutating func add(_ outcome: ItemOutcome) {
        switch outcome {
        case .done: made += 1
        case .kept: kept += 1
        case .skipped: skipped += 1
        case .failed: failed += 1
        }
    }

    public var done: Int { made + kept }
    /// Pictures not settled yet.
    public var left: Int { total - made - kept - skipped - failed }

    /// The process's exit status: 0, or 1 if a picture failed.
    public var exitCode: Int32 { failed == 0 ? 0 : 1 }
}

/// The outcome of a picture of a run.
public enum ItemOutcome: Sendable, Equatable {
    case done
    /// An earlier run made it.
    case kept
    /// Its file existed before.
    case skipped
    case failed
}
