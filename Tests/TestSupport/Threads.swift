import COneDNN
import TensorCore

/// Runs `body` with the given number of threads for networks, then sets it back to one. The compute thread runs nothing
/// else meanwhile, so no other test gets these threads.
@ComputeActor
public func withThreads<Result: Sendable>(_ count: Int, _ body: @Sendable () -> Result) -> Result {
    odnn_set_threads(Int32(count))
    defer { odnn_set_threads(1) }
    return body()
}
