import Foundation
import Synchronization

/// The temporary files and folders that this process has at this moment, so that an interrupt can remove them.
package enum TemporaryFiles {
    private static let live = Mutex<Set<String>>([])

    /// Makes `EndingSignals` remove the temporary files and end the process with 128 + the signal's number (130, 143,
    /// 129). Nothing else is run or flushed.
    ///
    /// The handler only passes the number to a waiting thread, so the removal is ordinary code and need not be
    /// async-signal-safe. That thread keeps the lock until the process is gone, so no other thread can create another
    /// temporary file meanwhile.
    ///
    /// - Parameters:
    ///   - grace: time that the process has to end by itself; a second signal ends it at once.
    ///   - ask: asks it to, with the signal's number; called on another thread.
    package static func removeWhenInterrupted(
        after grace: Duration = .zero, ask: (@Sendable (Int32) -> Void)? = nil
    ) {
        ending.withLock { $0 = (grace, ask) }
        watch
    }

    private static let ending = Mutex<(grace: Duration, ask: (@Sendable (Int32) -> Void)?)>((.zero, nil))

    private static let watch: Void = {
        // Created before a signal can come: a handler may not do it.
        let (coming, _) = channel
        guard coming >= 0 else { return }
        Thread.detachNewThread {
            var number: UInt8 = 0
            while read(coming, &number, 1) != 1 {}
            let (grace, ask) = ending.withLock { $0 }
            ask?(Int32(number))
            var next = pollfd(fd: coming, events: Int16(POLLIN), revents: 0)
            poll(&next, 1, Int32(grace / .milliseconds(1)))
            end(Int32(number))
        }
        EndingSignals.handle { number in
            var byte = UInt8(truncatingIfNeeded: number)
            write(channel.out, &byte, 1)
        }
    }()

    /// The two ends of a pipe.
    private static let channel: (in: Int32, out: Int32) = {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }()

    private static func end(_ number: Int32) {
        live.withLock { paths in
            paths.forEach(removeWhatIsThere)
            _exit(128 + number)
        }
    }

    /// Returns a hidden path in a folder at which nothing stands, but by a rare chance. It has no part of the target's name,
    /// which may already be as long as a name can be.
    static func path(in folder: URL, ending: String = "tmp") -> String {
        let number = String(UInt64.random(in: 0 ... .max), radix: 16)
        return folder.appending(path: ".fusemix-gen-\(number).\(ending)", directoryHint: .notDirectory).path
    }

    /// Creates a file that did not exist; returns its descriptor, or −1 with errno set.
    static func create(_ path: String) -> Int32 {
        live.withLock { paths in
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor >= 0 { paths.insert(path) }
            return descriptor
        }
    }

    /// Creates a folder that did not exist. Throws Foundation's error.
    static func createFolder(_ path: String) throws {
        try live.withLock { paths in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            paths.insert(path)
        }
    }

    /// Takes over a file that stays while this process runs.
    package static func adopt(_ path: String) {
        live.withLock { _ = $0.insert(path) }
    }

    /// Removes the file or the folder with all that is in it, if it still exists, and forgets it.
    package static func remove(_ path: String) {
        live.withLock { paths in
            removeWhatIsThere(path)
            paths.remove(path)
        }
    }

    private static func removeWhatIsThere(_ path: String) {
        if unlink(path) != 0, errno == EISDIR { try? FileManager.default.removeItem(atPath: path) }
    }
}
