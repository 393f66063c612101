/// How a picture of a run ended.
public enum ItemOutcome: Sendable, Equatable {
    case done
    /// An earlier run had made it already.
    case kept
    /// Its file was there before.
    case skipped
    case failed
}
