import Synchronization

/// What a worker will have made; one waits for it.
final class PendingResult<Value: Sendable>: Sendable {
    private enum State {
        case unknown
        case awaited(CheckedContinuation<Value, Never>)
        case known(Value)
    }

    private let state = Mutex(State.unknown)

    /// Makes the value known, once.
    func resolve(_ value: Value) {
        let waiting: CheckedContinuation<Value, Never>? = state.withLock { state in
            defer { state = .known(value) }
            return if case .awaited(let waiting) = state { waiting } else { nil }
        }
        waiting?.resume(returning: value)
    }

    /// The value, when it is known. One may wait for it at a time. Stays with the caller's actor, as a change of threads is Dispatch's
    /// work (`WorkQueue` says what that costs).
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
