import Foundation
import TensorCore

/// Threads for what is done beside the networks: reading sounds, writing pictures. Apart from Swift's own pool, whose
/// threads must not wait for a disk, and ended with this object when what was begun is done.
final class WorkerPool: Sendable {
    private let queue = WorkQueue()

    /// - Parameter count: things done at once, at least 1.
    init(_ count: Int) {
        for _ in 0..<max(1, count) {
            let thread = Thread { [queue] in queue.drain() }
            thread.name = "worker"
            thread.start()
        }
    }

    deinit { queue.close() }

    /// Begins the work when a thread is free.
    func start<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> PendingResult<Value> {
        let result = PendingResult<Value>()
        queue.post { result.resolve(work()) }
        return result
    }
}
