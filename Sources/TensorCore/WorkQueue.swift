import Foundation

/// Work in the order it was posted, for one thread or several that take it.
///
/// Beside Dispatch, not on top of it: what Dispatch allocates where work is posted, the thread that has done the work
/// keeps in a cache of its own. Posted from the compute thread, those small blocks would stay for good between tensors
/// that come and go, and the gaps would add up.
public final class WorkQueue: @unchecked Sendable {
    // The condition's lock guards all that changes.
    private let condition = NSCondition()
    private var work: [@Sendable () -> Void] = []
    private var isClosed = false

    public init() {}

    public func post(_ item: @escaping @Sendable () -> Void) {
        condition.withLock {
            work.append(item)
            condition.signal()
        }
    }

    /// No more will be posted.
    public func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }

    /// Does work as it comes, on this thread; returns when the queue is closed and empty.
    public func drain() {
        while let item = next() { item() }
    }

    private func next() -> (@Sendable () -> Void)? {
        condition.withLock {
            while work.isEmpty, !isClosed { condition.wait() }
            return work.isEmpty ? nil : work.removeFirst()
        }
    }
}
