import Foundation
import Synchronization

/// A file that grows by whole lines: a line cut short by a kill or a loss of power is dropped when the file is opened,
/// and a line that could not be written in full is removed at once.
final class LineFile: Sendable {
    private static let lineFeed = UInt8(ascii: "\n")

    let url: URL
    private let descriptor: Int32
    private let end: Mutex<Int>

    /// Opens the file, or creates an empty one, and locks it until the process or this object ends.
    /// Throws `RunJournalError.unwritable`, also where another run has the file open.
    init(at url: URL) throws {
        self.url = url
        descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        end = Mutex(0)
        guard descriptor >= 0 else { throw failure() }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw RunJournalError.unwritable(file: url.relativePath, reason: "another run is writing it")
        }
        let whole = try (bytes().lastIndex(of: Self.lineFeed) ?? -1) + 1
        guard ftruncate(descriptor, off_t(whole)) == 0 else { throw failure() }
        end.withLock { $0 = whole }
    }

    /// Opens an existing file for reading only. Throws `RunJournalError.unreadable`.
    init(reading url: URL) throws {
        self.url = url
        descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
        end = Mutex(0)
        guard descriptor >= 0 else {
            throw RunJournalError.unreadable(file: url.relativePath, reason: String(cString: strerror(errno)))
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Adds a line, flushes it to the disk if wanted, and returns its position.
    /// Throws `RunJournalError.unwritable`; the file is then as it was.
    @discardableResult
    func append(_ line: Data, synchronized: Bool) throws -> Range<Int> {
        try end.withLock { end in
            var left = (line + [Self.lineFeed])[...]
            var place = end
            while !left.isEmpty {
                let count = left.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(place)) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else {
                    let error = failure()
                    ftruncate(descriptor, off_t(end))
                    throw error
                }
                left = left.dropFirst(count)
                place += count
            }
            // EINVAL, EROFS: the file system cannot flush, and need not.
            guard !synchronized || fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else { throw failure() }
            defer { end = place }
            return end..<place - 1
        }
    }

    /// Returns the bytes of a line. Throws `RunJournalError.unreadable`.
    func line(at place: Range<Int>) throws -> Data {
        var line = Data(count: place.count)
        let count = line.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(place.lowerBound)) }
        guard count == place.count else {
            throw RunJournalError.unreadable(file: url.relativePath, reason: "it was cut short")
        }
        return line
    }

    /// Passes the position and bytes of each whole line to `body`, in order. Throws `RunJournalError.unreadable`.
    func forEachLine(_ body: (Range<Int>, Data) throws -> Void) throws {
        let bytes = try bytes()
        var start = 0
        while let end = bytes[start...].firstIndex(of: Self.lineFeed) {
            try body(start..<end, bytes[start..<end])
            start = end + 1
        }
    }

    private func bytes() throws -> Data {
        do {
            return try Data(contentsOf: url, options: .alwaysMapped)
        } catch {
            throw RunJournalError.unreadable(file: url.relativePath, reason: "it may not be read")
        }
    }

    private func failure() -> RunJournalError {
        .unwritable(file: url.relativePath, reason: String(cString: strerror(errno)))
    }
}
