import Foundation
import Synchronization

/// A file of lines that grows line by line, whole ones only: what a kill or a loss of power cut short is dropped when
/// the file is opened, what could not be written when it fails.
final class LineFile: Sendable {
    private static let lineFeed = UInt8(ascii: "\n")

    let url: URL
    private let descriptor: Int32
    private let end: Mutex<Int>

    /// Opens the file, an empty one where there is none, and locks it until the process or this object ends.
    ///
    /// - Parameter keepsLines: False empties it.
    /// - Throws: `RunJournalError.unwritable`, also where another run has it open.
    init(at url: URL, keepsLines: Bool) throws {
        self.url = url
        descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        end = Mutex(0)
        guard descriptor >= 0 else { throw failure() }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw RunJournalError.unwritable(file: url.relativePath, reason: "another run is writing it")
        }
        let whole = keepsLines ? try (bytes().lastIndex(of: Self.lineFeed) ?? -1) + 1 : 0
        guard ftruncate(descriptor, off_t(whole)) == 0 else { throw failure() }
        end.withLock { $0 = whole }
    }

    /// Opens a file that is there, only to read it. Throws `RunJournalError.unreadable`.
    init(reading url: URL) throws {
        self.url = url
        descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
        end = Mutex(0)
        guard descriptor >= 0 else {
            throw RunJournalError.unreadable(file: url.relativePath, reason: String(cString: strerror(errno)))
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Adds a line and, if wanted, sees it onto the disk. Returns where it stands.
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
            // EINVAL, EROFS: a file system that cannot do this, and need not.
            guard !synchronized || fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else { throw failure() }
            defer { end = place }
            return end..<place - 1
        }
    }

    /// The bytes of a line. Throws `RunJournalError.unreadable`.
    func line(at place: Range<Int>) throws -> Data {
        var line = Data(count: place.count)
        let count = line.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(place.lowerBound)) }
        guard count == place.count else {
            throw RunJournalError.unreadable(file: url.relativePath, reason: "it was cut short")
        }
        return line
    }

    /// Where each whole line stands, in order, and its bytes. Throws `RunJournalError.unreadable`.
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
