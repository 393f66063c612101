import Foundation

extension FileHandle {
    /// Opens a file for reading and writing without changing it; creates it when it does not exist. Throws
    /// `LatentError.unwritable`.
    convenience init(openingOrCreating url: URL) throws {
        let descriptor = open(url.path(percentEncoded: false), O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw LatentError.unwritable(file: url.relativePath, reason: String(cString: strerror(errno)))
        }
        self.init(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Whether the open file still has this name.
    func isStill(at url: URL) -> Bool {
        var (opened, named) = (stat(), stat())
        return fstat(fileDescriptor, &opened) == 0 && stat(url.path(percentEncoded: false), &named) == 0
            && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }
}
