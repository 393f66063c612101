import Foundation

/// An open file beside its target, listed in `TemporaryFiles` while it exists.
struct TemporaryFile: ~Copyable {
    private let target: URL
    private let path: String
    private let descriptor: Int32

    /// Creates an empty file in the target's folder: a move within one folder is atomic.
    ///
    /// - Throws: `AtomicFileError.Reason.refused`.
    init(beside target: URL) throws {
        let folder = target.deletingLastPathComponent()
        while true {
            let path = TemporaryFiles.path(in: folder)
            let descriptor = TemporaryFiles.create(path)
            if descriptor >= 0 {
                (self.target, self.path, self.descriptor) = (target, path, descriptor)
                return
            }
            guard errno == EEXIST else { throw TemporaryFile.failure(target) }
        }
    }

    var growing: GrowingFile { GrowingFile(target: target, descriptor: descriptor) }

    /// Flushes the data to disk, so that a loss of power cannot leave the new name with no contents.
    func synchronize() throws {
        // EINVAL and EROFS: a file system that cannot do this, and need not.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw TemporaryFile.failure(target)
        }
    }

    /// Moves the file to its target, which ends its life as a temporary file.
    func move(overwrite: Bool) throws {
        if overwrite {
            guard rename(path, target.path) == 0 else { throw TemporaryFile.failure(target) }
        } else {
            try moveToFreePlace()
        }
        discard()
    }

    /// rename(2) replaces an existing file; link(2) fails instead, so the name is given by a link. Where a file system
    /// has no links (FAT), the name is claimed by creating it.
    private func moveToFreePlace() throws {
        if link(path, target.path) == 0 { return }
        guard [EPERM, EOPNOTSUPP, ENOSYS].contains(errno) else { throw TemporaryFile.failure(target) }
        let claim = open(target.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard claim >= 0 else { throw TemporaryFile.failure(target) }
        close(claim)
        guard rename(path, target.path) == 0 else {
            let error = TemporaryFile.failure(target)
            unlink(target.path)
            throw error
        }
    }

    /// Removes the temporary file if it still exists.
    func discard() {
        close(descriptor)
        TemporaryFiles.remove(path)
    }

    private static func failure(_ target: URL) -> AtomicFileError {
        AtomicFileError(file: target.relativePath, reason: AtomicFileError.Reason(errno))
    }
}
