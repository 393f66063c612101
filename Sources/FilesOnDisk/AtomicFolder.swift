import Foundation

/// A folder that appears whole or not at all: filled beside its place under another name, then moved.
package struct AtomicFolder: Sendable {
    private let url: URL

    package init(_ path: String) {
        url = URL(filePath: path, directoryHint: .notDirectory)
    }

    /// Returns the same place with a suffix after its name.
    package func sibling(_ suffix: String) -> URL {
        URL(filePath: url.relativePath + suffix, directoryHint: .isDirectory)
    }

    /// Checks beforehand whether `write` can succeed, to save work that would be lost. Throws the `AtomicFileError`
    /// that it would.
    package func check(overwrite: Bool) throws {
        var isFolder: ObjCBool = false
        let parent = url.deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: parent, isDirectory: &isFolder), isFolder.boolValue else {
            throw failure(.noFolder)
        }
        if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
            guard overwrite else { throw failure(.exists) }
            guard isFolder.boolValue else { throw failure(.refused("what stands there is not a folder")) }
        }
        guard access(parent, W_OK | X_OK) == 0 else { throw refusal() }
    }

    /// Makes the folder from the files that `fill` writes into the folder it is given.
    ///
    /// - Throws: `AtomicFileError`, or what `fill` throws; whatever was at the place is then untouched.
    package func write(overwrite: Bool, _ fill: (URL) throws -> Void) throws {
        try check(overwrite: overwrite)
        let parent = url.deletingLastPathComponent()
        let fresh = TemporaryFiles.path(in: parent), former = TemporaryFiles.path(in: parent, ending: "old")
        try TemporaryFiles.createFolder(fresh)
        defer { TemporaryFiles.remove(fresh) }
        try fill(URL(filePath: fresh, directoryHint: .isDirectory))
        let replaces = FileManager.default.fileExists(atPath: url.path)
        if replaces, rename(url.path, former) != 0 { throw refusal() }
        if rename(fresh, url.path) != 0 {
            let error = refusal()
            if replaces { rename(former, url.path) }
            throw error
        }
        if replaces { try? FileManager.default.removeItem(atPath: former) }
    }

    private func refusal() -> AtomicFileError { failure(.refused(String(cString: strerror(errno)))) }

    private func failure(_ reason: AtomicFileError.Reason) -> AtomicFileError {
        AtomicFileError(file: url.relativePath, reason: reason)
    }
}
