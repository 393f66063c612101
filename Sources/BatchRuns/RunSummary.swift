/// How the items of a run ended, counted.
public struct RunSummary: Sendable, Equatable {
    public private(set) var done = 0
    public private(set) var failed = 0

    public init() {}

    public mutating func add(_ outcome: ItemOutcome) {
        switch outcome {
        case .done: done += 1
        case .failed: failed += 1
        }
    }

    /// The process's exit status: 0, or 1 if an item failed.
    public var exitCode: Int32 { failed == 0 ? 0 : 1 }
}
