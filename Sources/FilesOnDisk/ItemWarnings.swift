/// Tells what is to be said of items that are used all the same: that a sound ends early, say. Where it is strict, such an
/// item is not used.
public struct ItemWarnings: Sendable {
    public let isStrict: Bool
    private let tell: @Sendable (String) -> Void

    /// - Parameter tell: Given each warning, in one sentence, unless `isStrict`.
    public init(isStrict: Bool = false, tell: @escaping @Sendable (String) -> Void = { _ in }) {
        (self.isStrict, self.tell) = (isStrict, tell)
    }

    /// Tells the warnings of an item. Throws `StrictnessError` for the first one where it is strict.
    public func report(_ warnings: some Sequence<some CustomStringConvertible>) throws {
        for warning in warnings {
            guard !isStrict else { throw StrictnessError(description: warning.description) }
            tell(warning.description)
        }
    }
}

/// A warning about an item that is an error in a strict run.
public struct StrictnessError: DescribedError {
    public let description: String

    public init(description: String) { self.description = description }
}
