import FilesOnDisk
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: what is half-written is removed, and the exit code says which signal it was.
enum Interrupts {
    /// The first signal that asked a command to stop at its next chance; 0 for none.
    private static let request = Atomic<Int32>(0)

    /// - Parameter isPatient: Whether the command looks at `requested` by itself, so that it can finish what it is at.
    static func install(isPatient: Bool) {
        guard isPatient else {
            TemporaryFiles.removeWhenInterrupted()
            return
        }
        // Made before a signal can come: a handler may not.
        _ = request.load(ordering: .relaxed)
        EndingSignals.handle { number in
            let isFirst = Interrupts.request.exchange(number, ordering: .relaxed) == 0
            // Whoever asks twice does not want to wait.
            if !isFirst { _exit(128 + number) }
        }
    }

    /// The exit code of an interrupt that was asked for; nil when none was.
    static var requested: Int32? {
        let number = request.load(ordering: .relaxed)
        return number == 0 ? nil : 128 + number
    }
}
