import FilesOnDisk
import Foundation

/// Creation of folders for pictures.
enum OutputFolder {
    /// Creates the folder and its parents where they are missing.
    ///
    /// - Throws: `OutputFolderError`.
    static func create(_ folder: URL) throws {
        var result = mkdir(folder.path, 0o777)
        if result != 0 && errno == ENOENT && folder.path != "/" {
            try create(folder.deletingLastPathComponent())
            result = mkdir(folder.path, 0o777)
        }
        let code = errno
        // Another process may have been faster, and a link to a folder is as good as a folder.
        guard result == 0 || FolderListing.isFolder(folder.path) else {
            throw OutputFolderError(path: folder.relativePath, cause: String(cString: strerror(code)))
        }
    }
}

/// Error for a picture folder that cannot be created, in one sentence.
public struct OutputFolderError: DescribedError, Equatable {
    /// The folder's path, beginning with the output as it was given.
    public let path: String
    /// The system's message.
    public let cause: String

    public var description: String { "\(path) cannot be created as a folder: \(cause)." }
}
