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
        /// The command's task is cancelled, so that it can say what it has done; it is ended all the same if that takes
        /// longer than a moment.
        case cancel
        /// The command installs one of the others when it knows its inputs, and leaves nothing half-written before.
        case installedByCommand
    }

    private static let cancellation = Mutex<(@Sendable () -> Void)?>(nil)

    static func install(_ policy: Policy) {
        switch policy {
        case .endAtOnce: TemporaryFiles.removeWhenInterrupted()
        case .finishFirst: noteRequests()
        case .cancel:
            TemporaryFiles.removeWhenInterrupted(after: .seconds(3)) { number in
                request.store(number, ordering: .relaxed)
                cancellation.withLock { $0?() }
            }
        case .installedByCommand: break
        }
    }

    /// Runs work that an interrupt cancels, under the policy `cancel`.
    static func cancelling<Value: Sendable>(_ work: Task<Value, any Error>) async throws -> Value {
        cancellation.withLock { $0 = { work.cancel() } }
        defer { cancellation.withLock { $0 = nil } }
        // The signal may have come before.
        if requested != nil { work.cancel() }
        return try await work.value
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
