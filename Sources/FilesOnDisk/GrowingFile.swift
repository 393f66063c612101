import Foundation

/// A file while `AtomicFile` writes it; of no use afterwards.
public struct GrowingFile: Sendable {
    /// What it will be called.
    let target: URL
    let descriptor: Int32

    /// Throws `AtomicFileError.Reason.full` or `.refused`.
    public func append(_ bytes: UnsafeRawBufferPointer) throws {
        var left = bytes[...]
        while !left.isEmpty {
            let count = write(descriptor, UnsafeRawBufferPointer(rebasing: left).baseAddress, left.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw AtomicFileError(file: target.relativePath, reason: AtomicFileError.Reason(errno))
            }
            left = left.dropFirst(count)
        }
    }
}
