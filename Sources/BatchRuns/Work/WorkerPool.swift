import Foundation

/// Threads for what is done beside the networks: reading sounds, writing pictures. Apart from Swift's own pool, whose
/// threads must not wait for a disk.
final class WorkerPool: Sendable {
    private let queue = OperationQueue()

    /// - Parameter count: things done at once, at least 1.
    init(_ count: Int) { queue.maxConcurrentOperationCount = max(1, count) }

    /// Begins the work when a thread is free; the task ends with its result.
    func start<Result: Sendable>(_ work: @escaping @Sendable () -> Result) -> Task<Result, Never> {
        // Detached: it must not wait for the caller's actor, which may be computing.
        Task.detached { [queue] in
            await withCheckedContinuation { result in queue.addOperation { result.resume(returning: work()) } }
        }
    }
}
