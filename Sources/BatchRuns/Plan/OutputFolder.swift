import FilesOnDisk
import Foundation

/// Folders for pictures.
enum OutputFolder {
    /// Creates the folder and those above it where they are missing.
    ///
    /// - Throws: `OutputFolderError`.
    static func create(_ folder: URL) throws {
        var result = mkdir(folder.path, 0o777)
        if result != 0 && errno == ENOENT && folder.path != "/" {
            try create(folder.deletingLastPathComponent())
            result = mkdir(folder.path, 0o777)
        }
        let code = errno
        // Another process may have been faster, and a link to a folder serves as well as one.
        guard result == 0 || FolderListing.isFolder(folder.path) else {
            throw OutputFolderError(path: folder.relativePath, cause: String(cString: strerror(code)))
        }
    }
}

/// A folder for pictures that cannot be created, in one sentence.
public struct OutputFolderError: DescribedError, Equatable {
    /// Its path as the output was given.
    public let path: String
    /// What the system said.
    public let cause: String

    public var description: String { "\(path) cannot be created as a folder: \(cause)." }
}
