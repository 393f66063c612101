import Foundation
import Synchronization

/// The temporary files that this process has at this moment, so that an interrupt can remove them.
public enum TemporaryFiles {
    private static let live = Mutex<Set<String>>([])

    /// From now on SIGINT, SIGTERM and SIGHUP remove the temporary files and end the process with
    /// 128 + the signal's number (130, 143, 129). Nothing else is run or flushed.
    ///
    /// The signals are turned into events on a queue of their own (signalfd, by Dispatch), so the
    /// removal is ordinary code and need not be async-signal-safe. It keeps the lock until the process
    /// is gone: no thread can create another temporary file meanwhile. A signal that the process was
    /// started to ignore, as under nohup, stays ignored.
    public static func removeWhenInterrupted() {
        _ = sources
    }

    // Made once and only kept alive afterwards, so there is no state to race for.
    nonisolated(unsafe) private static let sources: [any DispatchSourceSignal] = {
        let queue = DispatchQueue(label: "interrupts", qos: .userInteractive)
        return [SIGINT, SIGTERM, SIGHUP].compactMap { number in
            // The signal must not also do what it does by default.
            let before = signal(number, SIG_IGN)
            guard unsafeBitCast(before, to: Int.self) != unsafeBitCast(SIG_IGN, to: Int.self) else { return nil }
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { end(number) }
            source.resume()
            return source
        }
    }()

    private static func end(_ number: Int32) {
        live.withLock { paths in
            for path in paths { unlink(path) }
            _exit(128 + number)
        }
    }

    /// Creates a file that was not there; its descriptor, or −1 and errno.
    static func create(_ path: String) -> Int32 {
        live.withLock { paths in
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor >= 0 { paths.insert(path) }
            return descriptor
        }
    }

    /// Removes the file, if it is still there, and forgets it.
    static func remove(_ path: String) {
        live.withLock { paths in
            unlink(path)
            paths.remove(path)
        }
    }
}
