/// What could not be listed in a folder: a folder that may not be read, a name that is no text. What it holds is missing
/// from the run.
public struct UnlistedPath: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// Its path, beginning as the input that it was found in; bytes that are not UTF-8 as `\xE9`.
    public let path: String
    /// What the system said, or what is wrong with the name.
    public let cause: String

    public init(path: String, cause: String) {
        (self.path, self.cause) = (path, cause)
    }

    public var description: String { "\(path) cannot be listed: \(cause)." }
}
