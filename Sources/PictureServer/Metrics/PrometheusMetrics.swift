import CoreMetrics
import Synchronization

/// The metrics of one server, written in the text format of Prometheus (version 0.0.4).
///
/// Recorders and timers become histograms; a timer's label ends in `_seconds`, and its values are seconds.
final class PrometheusMetrics: MetricsFactory {
    /// The upper bounds of a histogram's buckets, in its own unit.
    private static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

    fileprivate struct Series: Hashable {
        let label: String
        let dimensions: String
    }

    fileprivate enum Kind: String { case counter, gauge, histogram }

    fileprivate struct Value {
        let kind: Kind
        /// The value, or the sum of a histogram.
        var sum = 0.0
        var count = 0
        var buckets: [Int] = []
    }

    private let values = Mutex<[Series: Value]>([:])

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        handler(.counter, label, dimensions)
    }
    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        handler(.gauge, label, dimensions)
    }
    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        handler(aggregate ? .histogram : .gauge, label, dimensions)
    }
    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        handler(.histogram, label, dimensions)
    }
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    private func handler(_ kind: Kind, _ label: String, _ dimensions: [(String, String)]) -> Handler {
        let pairs = dimensions.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        let series = Series(label: label, dimensions: pairs)
        values.withLock { values in
            if values[series] == nil { values[series] = Value(kind: kind, buckets: Self.bounds.map { _ in 0 }) }
        }
        return Handler(series: series, metrics: self)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    fileprivate func change(_ series: Series, _ body: (inout Value) -> Void) {
        values.withLock { values in
            guard var value = values[series] else { return }
            body(&value)
            values[series] = value
        }
    }

    fileprivate func observe(_ series: Series, _ number: Double) {
        change(series) { value in
            guard value.kind == .histogram else {
                value.sum = number
                return
            }
            value.sum += number
            value.count += 1
            for (index, bound) in Self.bounds.enumerated() where number <= bound { value.buckets[index] += 1 }
        }
    }

    /// All series, sorted by name.
    var text: String {
        let values = values.withLock { $0 }
        var text = ""
        var last = ""
        let sorted = values.sorted { ($0.key.label, $0.key.dimensions) < ($1.key.label, $1.key.dimensions) }
        for (series, value) in sorted {
            if series.label != last { text += "# TYPE \(series.label) \(value.kind.rawValue)\n" }
            last = series.label
            guard value.kind == .histogram else {
                text += Self.line(series.label, series.dimensions, value.sum)
                continue
            }
            let prefix = series.dimensions.isEmpty ? "" : series.dimensions + ","
            for (bound, count) in zip(Self.bounds, value.buckets) {
                text += Self.line("\(series.label)_bucket", "\(prefix)le=\"\(bound)\"", Double(count))
            }
            text += Self.line("\(series.label)_bucket", "\(prefix)le=\"+Inf\"", Double(value.count))
            text += Self.line("\(series.label)_sum", series.dimensions, value.sum)
            text += Self.line("\(series.label)_count", series.dimensions, Double(value.count))
        }
        return text
    }

    private static func line(_ name: String, _ dimensions: String, _ value: Double) -> String {
        let number = value == value.rounded() && value.magnitude < 0x1p53 ? "\(Int(value))" : "\(value)"
        return dimensions.isEmpty ? "\(name) \(number)\n" : "\(name){\(dimensions)} \(number)\n"
    }
}

/// The handler of one series, whatever its kind.
private final class Handler: CounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    private let series: PrometheusMetrics.Series
    private let metrics: PrometheusMetrics

    init(series: PrometheusMetrics.Series, metrics: PrometheusMetrics) {
        (self.series, self.metrics) = (series, metrics)
    }

    func increment(by amount: Int64) { metrics.change(series) { $0.sum += Double(amount) } }
    func reset() { metrics.change(series) { $0.sum = 0 } }
    func set(_ value: Int64) { metrics.change(series) { $0.sum = Double(value) } }
    func set(_ value: Double) { metrics.change(series) { $0.sum = value } }
    func increment(by amount: Double) { metrics.change(series) { $0.sum += amount } }
    func decrement(by amount: Double) { metrics.change(series) { $0.sum -= amount } }
    func record(_ value: Int64) { metrics.observe(series, Double(value)) }
    func record(_ value: Double) { metrics.observe(series, value) }
    func recordNanoseconds(_ duration: Int64) { metrics.observe(series, Double(duration) / 1e9) }
}
