import ArgumentParser
import FilesOnDisk
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: half-written files are removed, and the exit code tells which signal it was.
enum Interrupts {
    /// The first signal that asked a command to stop at its next chance; 0 for none.
    private static let request = Atomic<Int32>(0)

    enum Policy {
        case endAtOnce
        /// The command checks `requested` by itself, so that it can finish its current work.
        case finishFirst
        /// The command installs one of the others when it knows its inputs, and leaves nothing half-written before.
        case installedByCommand
    }

    static func install(_ policy: Policy) {
        switch policy {
        case .endAtOnce: TemporaryFiles.removeWhenInterrupted()
        case .finishFirst: noteRequests()
        case .installedByCommand: break
        }
    }

    private static func noteRequests() {
        // The atomic is made before a signal can come, as a handler may not make it.
        _ = request.load(ordering: .relaxed)
        EndingSignals.handle { number in
            let isFirst = Interrupts.request.exchange(number, ordering: .relaxed) == 0
            // A second signal ends the process at once.
            if !isFirst { _exit(128 + number) }
        }
    }

    /// The exit code of a requested interrupt; nil when there was none.
    static var requested: Int32? {
        let number = request.load(ordering: .relaxed)
        return number == 0 ? nil : 128 + number
    }
}

/// A command that does not simply end at once when it is interrupted.
protocol InterruptibleCommand: ParsableCommand {
    static var interruptPolicy: Interrupts.Policy { get }
}
