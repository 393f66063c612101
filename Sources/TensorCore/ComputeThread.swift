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

/// The rule for how many threads compute: as the caller says, else as OpenMP's variable, else a default.
public enum ThreadCount {
    public static let range = 1...1024

    /// The count that `OMP_NUM_THREADS` asks for; nil where it is unset or none.
    public static var inEnvironment: Int? {
        ProcessInfo.processInfo.environment["OMP_NUM_THREADS"].flatMap { outermost(of: $0) }
    }

    /// The first number of OpenMP's list, which holds one for each level of nesting; nil where it is no number from 1.
    public static func outermost(of list: String) -> Int? {
        let first = list.split(separator: ",", omittingEmptySubsequences: false).first ?? ""
        return Int(first.trimmingCharacters(in: .whitespaces)).flatMap { $0 < 1 ? nil : min($0, range.upperBound) }
    }
}
