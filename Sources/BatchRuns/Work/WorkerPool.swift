import Foundation
import Synchronization
import TensorCore

/// Threads for the work beside the networks: reading sounds, writing pictures. They are separate from Swift's own pool,
/// whose threads must not wait for a disk, and end with this object when the work that was started is done.
final class WorkerPool: Sendable {
    private let queue = WorkQueue()

    /// - Parameter count: number of threads, at least 1.
    init(_ count: Int) {
        for _ in 0..<max(1, count) {
            let thread = Thread { [queue] in queue.drain() }
            thread.name = "worker"
            thread.start()
        }
    }

    deinit { queue.close() }

    /// Starts the work when a thread is free.
    func start<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> PendingResult<Value> {
        let result = PendingResult<Value>()
        queue.post { result.resolve(work()) }
        return result
    }
}

/// The future result of a worker, to be awaited.
final class PendingResult<Value: Sendable>: Sendable {
    private enum State {
        case unknown
        case awaited(CheckedContinuation<Value, Never>)
        case known(Value)
    }

    private let state = Mutex(State.unknown)

    /// Sets the value, once.
    func resolve(_ value: Value) {
        let waiting: CheckedContinuation<Value, Never>? = state.withLock { state in
            defer { state = .known(value) }
            return if case .awaited(let waiting) = state { waiting } else { nil }
        }
        waiting?.resume(returning: value)
    }

    /// Returns the value once it is known. Only one task may wait for it at a time. Stays on the caller's actor, as a
    /// change of threads is Dispatch's work (`WorkQueue` says what that costs).
    nonisolated(nonsending) func value() async -> Value {
        await withCheckedContinuation { waiting in
            let known: Value? = state.withLock { state in
                switch state {
                case .known(let value): return value
                case .awaited: preconditionFailure("Somebody waits for this result already.")
                case .unknown:
                    state = .awaited(waiting)
                    return nil
                }
            }
            if let known { waiting.resume(returning: known) }
        }
    }
}
