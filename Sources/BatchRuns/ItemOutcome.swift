/// How an item of a run ended.
public enum ItemOutcome: Sendable, Equatable {
    /// All its pictures were made.
    case done
    /// At least one of its pictures was not made.
    case failed
}
