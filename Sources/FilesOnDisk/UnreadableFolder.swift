/// A folder inside of a run that could not be listed; its sounds are missing from the plan.
public struct UnreadableFolder: Sendable, Hashable, CustomStringConvertible {
    /// Its path, beginning as the input that it was found in.
    public let path: String
    /// What the system said.
    public let cause: String

    public init(path: String, cause: String) {
        (self.path, self.cause) = (path, cause)
    }

    public var description: String { "\(path) cannot be listed: \(cause)." }
}
