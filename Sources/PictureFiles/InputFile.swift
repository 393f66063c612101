import Foundation

/// Reads whole files that may be anything.
enum InputFile {
    /// The file's bytes.
    ///
    /// - Throws: `PictureFileError`, `.unreadable` where the system refuses or the path is not a
    ///   regular file, `.tooLarge` where it holds more than `limit` bytes.
    static func read(_ url: URL, limit: Int) throws -> [UInt8] {
        let name = url.relativePath
        // O_NONBLOCK: no hang where the path is a pipe that nobody writes to.
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(name) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(name) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw PictureFileError(file: name, reason: .unreadable("it is not a regular file"))
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw PictureFileError(
                file: name, reason: .tooLarge("it has \(size) bytes, more than the \(limit) allowed"))
        }
        return try bytes(of: descriptor, count: size, name: name)
    }

    /// Reads `count` bytes, fewer where the file has shrunk meanwhile.
    private static func bytes(of descriptor: Int32, count: Int, name: String) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = Foundation.read(descriptor, buffer.baseAddress! + filled, count - filled)
                if got == 0 { return }
                if got < 0 && errno == EINTR { continue }
                guard got > 0 else { throw unreadable(name) }
                filled += got
            }
        }
    }

    private static func unreadable(_ name: String) -> PictureFileError {
        PictureFileError(file: name, reason: .unreadable(String(cString: strerror(errno))))
    }
}
