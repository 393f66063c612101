import Foundation

/// Files that appear whole or not at all: written beside their place under another name, then moved.
///
/// A reader sees the old state or the new one, even when several processes write at once, the disk is full or the
/// machine loses power. A failure leaves nothing behind; nor does an interrupt after
/// `TemporaryFiles.removeWhenInterrupted()`. Only a device or a pipe is written to as it stands.
package enum AtomicFile {
    /// Writes the file.
    ///
    /// - Parameter overwrite: true replaces an existing regular file (a symbolic link is itself replaced, not
    ///   followed); false fails if anything is there, even if it appeared during the call.
    /// - Throws: `AtomicFileError`; whatever was at the place is then untouched.
    package static func write(_ data: Data, to url: URL, overwrite: Bool) throws {
        try write(to: url, overwrite: overwrite) { file in try data.withUnsafeBytes(file.append) }
    }

    /// Writes the file piece by piece: `body` appends to the file that it is given. Throws what `body` throws as well.
    package static func write(to url: URL, overwrite: Bool, _ body: (GrowingFile) throws -> Void) throws {
        try check(url, overwrite: overwrite)
        if isStream(url) { return try writeStraight(to: url, body) }
        let temporary = try TemporaryFile(beside: url)
        do {
            try body(temporary.growing)
            try temporary.synchronize()
            try temporary.move(overwrite: overwrite)
        } catch {
            temporary.discard()
            throw error
        }
    }

    /// Checks beforehand whether `write` can succeed, to save work that would be lost. Nothing is touched. Only `write`
    /// itself can be sure: things may change in between.
    ///
    /// - Throws: the `AtomicFileError` that `write` would.
    package static func check(_ url: URL, overwrite: Bool) throws {
        func failure(_ reason: AtomicFileError.Reason) -> AtomicFileError {
            AtomicFileError(file: url.relativePath, reason: reason)
        }
        var status = stat()
        let folder = url.deletingLastPathComponent().path
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw failure(.noFolder) }
        // lstat sees a link that leads nowhere; stat sees the target of a link.
        if lstat(url.path, &status) == 0 {
            if isStream(url) { return }
            let isFile = stat(url.path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
            guard isFile else { throw failure(.notAFile) }
            guard overwrite else { throw failure(.exists) }
        }
        guard access(folder, W_OK | X_OK) == 0 else { throw failure(.refused(String(cString: strerror(errno)))) }
    }

    /// Whether a device or a pipe stands there, or a link to one.
    private static func isStream(_ url: URL) -> Bool {
        var status = stat()
        return stat(url.path, &status) == 0 && [S_IFCHR, S_IFIFO].contains(status.st_mode & S_IFMT)
    }

    private static func writeStraight(to url: URL, _ body: (GrowingFile) throws -> Void) throws {
        let descriptor = open(url.path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw AtomicFileError(file: url.relativePath, reason: AtomicFileError.Reason(errno))
        }
        defer { close(descriptor) }
        try body(GrowingFile(target: url, descriptor: descriptor))
    }
}

/// An error about a file that cannot be written, in one sentence that names it. The file is as it was before.
public struct AtomicFileError: DescribedError, Equatable {
    public enum Reason: Equatable, Sendable {
        /// The file exists already, and overwriting was not asked for.
        case exists
        /// Something else than a regular file has that name: a folder, a socket, a disk.
        case notAFile
        /// The parent folder does not exist, or is not a folder.
        case noFolder
        /// There is no space left, on the disk or in the quota.
        case full
        /// The system refused.
        case refused(String)

        /// - Parameter code: The system's error number, from errno.
        init(_ code: Int32) {
            switch code {
            case EEXIST: self = .exists
            case ENOSPC, EDQUOT: self = .full
            default: self = .refused(String(cString: strerror(code)))
            }
        }

        /// The end of a sentence.
        public var cause: String {
            switch self {
            case .exists: "it exists already, and overwriting was not asked for"
            case .notAFile: "what stands there is a folder or a socket, not a file"
            case .noFolder: "the folder that it should be in does not exist"
            case .full: "no space is left"
            case .refused(let cause): cause
            }
        }
    }

    /// The file's path as it was given.
    public let file: String
    public let reason: Reason

    public init(file: String, reason: Reason) {
        self.file = file
        self.reason = reason
    }

    public var description: String { "\(file) cannot be written: \(reason.cause)." }
}
