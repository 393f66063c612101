import ArgumentParser
import FilesOnDisk
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: what is half-written is removed, and the exit code says which signal it was.
enum Interrupts {
    /// The first signal that asked a command to stop at its next chance; 0 for none.
    private static let request = Atomic<Int32>(0)

    enum Policy {
        case endAtOnce
        /// The command looks at `requested` by itself, so that it can finish what it is at.
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

/// A command that does not simply end at once when it is interrupted.
protocol InterruptibleCommand: ParsableCommand {
    static var interruptPolicy: Interrupts.Policy { get }
}
