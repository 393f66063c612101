import FilesOnDisk

/// A folder for pictures that cannot be created, in one sentence.
public struct OutputFolderError: DescribedError, Equatable {
    /// Its path as the output was given.
    public let path: String
    /// What the system said.
    public let cause: String

    public var description: String { "\(path) cannot be created as a folder: \(cause)." }
}
