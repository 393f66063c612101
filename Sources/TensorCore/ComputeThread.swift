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
        setThreadCount(ThreadCount.inEnvironment ?? 1)
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.post { job.runSynchronously(on: executor) }
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// The number of threads that networks use from now on, on the compute thread too; at least 1.
    public func setThreadCount(_ count: Int) {
        queue.post { odnn_set_threads(Int32(clamping: max(1, count))) }
    }
}

/// The actor that everything running a network is isolated to.
@globalActor
public actor ComputeActor {
    public static let shared = ComputeActor()
    public static let thread = ComputeThread()

    public nonisolated var unownedExecutor: UnownedSerialExecutor { Self.thread.asUnownedSerialExecutor() }
}

/// The rule for the number of compute threads: the caller's choice, else OpenMP's variable, else a default.
public enum ThreadCount {
    public static let range = 1...1024

    /// The count set by `OMP_NUM_THREADS`; nil where it is unset or not a number from 1.
    public static var inEnvironment: Int? {
        ProcessInfo.processInfo.environment["OMP_NUM_THREADS"].flatMap { outermost(of: $0) }
    }

    /// The first number of OpenMP's list, which has one for each nesting level; nil where it is not a number from 1.
    public static func outermost(of list: String) -> Int? {
        let first = list.split(separator: ",", omittingEmptySubsequences: false).first ?? ""
        return Int(first.trimmingCharacters(in: .whitespaces)).flatMap { $0 < 1 ? nil : min($0, range.upperBound) }
    }
}
