import CoreMetrics
import Synchronization

/// The server's counters. Nothing that a user sent is among them.
final class ServerMetrics: Sendable {
    private let factory = PrometheusMetrics()
    private let pictures: Counter
    private let batches: Counter
    private let waiting: Meter
    private let bodies: Meter
    /// Seconds that a picture takes, an average that forgets.
    private let pace = Mutex(1.0)

    init() {
        pictures = Counter(label: "fusemix_pictures_total", dimensions: [], factory: factory)
        batches = Counter(label: "fusemix_batches_total", dimensions: [], factory: factory)
        waiting = Meter(label: "fusemix_waiting_pictures", dimensions: [], factory: factory)
        bodies = Meter(label: "fusemix_request_bytes_in_memory", dimensions: [], factory: factory)
    }

    func answered(route: String, status: Int, seconds: Double) {
        let dimensions = [("route", route), ("status", "\(status)")]
        Counter(label: "fusemix_requests_total", dimensions: dimensions, factory: factory).increment()
        Timer(label: "fusemix_request_seconds", dimensions: [("route", route)], factory: factory)
            .recordNanoseconds(Int64(seconds * 1e9))
    }

    func drawn(batch count: Int, seconds: Double) {
        pictures.increment(by: count)
        batches.increment()
        pace.withLock { $0 = 0.8 * $0 + 0.2 * seconds / Double(count) }
    }

    /// Whole seconds, at least 1, that so many pictures may take.
    func secondsExpected(for pictures: Int) -> Int {
        min(600, max(1, Int((pace.withLock { $0 } * Double(pictures)).rounded(.up))))
    }

    func text(waiting pictures: Int, bytes: Int) -> String {
        waiting.set(pictures)
        bodies.set(bytes)
        return factory.text
    }
}
