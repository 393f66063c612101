import COneDNN
import TensorCore

/// Runs `body` with that many threads for networks, then with one again. Nothing else runs on the compute thread
/// meanwhile, so no other test gets them.
@ComputeActor
public func withThreads<Result: Sendable>(_ count: Int, _ body: @Sendable () -> Result) -> Result {
    odnn_set_threads(Int32(count))
    defer { odnn_set_threads(1) }
    return body()
}
