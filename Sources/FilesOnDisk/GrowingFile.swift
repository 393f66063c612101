import Foundation

/// A file while `AtomicFile` writes it; unusable afterwards.
package struct GrowingFile: Sendable {
    /// The place that the finished file moves to.
    let target: URL
    let descriptor: Int32

    /// Appends bytes. Throws `AtomicFileError.Reason.full` or `.refused`.
    package func append(_ bytes: UnsafeRawBufferPointer) throws {
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
