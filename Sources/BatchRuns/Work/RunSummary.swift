/// How the pictures of a run ended, counted.
public struct RunSummary: Sendable, Equatable {
    /// Pictures that were asked for, and what could not be listed.
    public let total: Int
    /// Made by this run.
    public private(set) var made = 0
    /// Made by the run that this one resumes.
    public private(set) var kept = 0
    public private(set) var skipped = 0
    public private(set) var failed = 0

    public init(total: Int) { self.total = total }

    public mutating func add(_ outcome: ItemOutcome) {
        switch outcome {
        case .done: made += 1
        case .kept: kept += 1
        case .skipped: skipped += 1
        case .failed: failed += 1
        }
    }

    public var done: Int { made + kept }
    /// Not settled yet.
    public var left: Int { total - made - kept - skipped - failed }

    /// The process's exit status: 0, or 1 if a picture failed.
    public var exitCode: Int32 { failed == 0 ? 0 : 1 }
}

/// How a picture of a run ended.
public enum ItemOutcome: Sendable, Equatable {
    case done
    /// An earlier run had made it already.
    case kept
    /// Its file was there before.
    case skipped
    case failed
}
