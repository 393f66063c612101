import COneDNN
import Foundation

/// The one thread that networks run on, as the executor of `ComputeActor`.
///
/// OpenMP's thread count belongs to the thread that sets it. Swift's cooperative pool may resume a
/// task on any of its threads, where the count would be another; so computing has a thread of its own.
///
/// Networks use one thread unless told otherwise, by `OMP_NUM_THREADS` or `setThreadCount(_:)`: threads that share a
/// busy core wait for each other at the end of every layer, far longer than a layer takes.
public final class ComputeThread: SerialExecutor {
    private let queue = WorkQueue()

    init() {
        let queue = queue
        let thread = Thread { queue.drain() }
        thread.name = "compute"
        thread.stackSize = 16 << 20
        thread.start()
        if ProcessInfo.processInfo.environment["OMP_NUM_THREADS"] == nil { setThreadCount(1) }
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.post { job.runSynchronously(on: executor) }
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Threads that networks use from now on, the compute thread included; at least 1.
    public func setThreadCount(_ count: Int) {
        queue.post { odnn_set_threads(Int32(clamping: max(1, count))) }
    }
}

/// Isolation for everything that runs a network.
@globalActor
public actor ComputeActor {
    public static let shared = ComputeActor()
    public static let thread = ComputeThread()

    public nonisolated var unownedExecutor: UnownedSerialExecutor { Self.thread.asUnownedSerialExecutor() }
}
