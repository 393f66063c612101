import Foundation

/// A queue of work, done in the order it was posted by one or several threads.
///
/// It does not use Dispatch: Dispatch allocates a block where work is posted, and the thread that did the work keeps it
/// in its own cache. Posted from the compute thread, those small blocks would stay for good between tensors that come
/// and go, and the gaps would add up.
package final class WorkQueue: @unchecked Sendable {
    // The lock of this condition guards all mutable state.
    private let condition = NSCondition()
    private var work: [@Sendable () -> Void] = []
    private var isClosed = false

    package init() {}

    package func post(_ item: @escaping @Sendable () -> Void) {
        condition.withLock {
            work.append(item)
            condition.signal()
        }
    }

    /// Closes the queue: no more work will be posted.
    package func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }

    /// Does work on this thread as it comes; returns when the queue is closed and empty.
    package func drain() {
        while let item = next() { item() }
    }

    private func next() -> (@Sendable () -> Void)? {
        condition.withLock {
            while work.isEmpty, !isClosed { condition.wait() }
            return work.isEmpty ? nil : work.removeFirst()
        }
    }
}
