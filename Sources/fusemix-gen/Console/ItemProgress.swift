import Foundation

/// Progress of work over items: a bar on a terminal, counts, rate and remaining time, and what is done at the moment.
struct ItemProgress {
    private let total: Int
    private let line: ProgressLine
    /// Number of items done by an earlier run, which took no time now.
    private var before: Int
    private var done: Int
    private var failed = 0
    private var activity = ""
    /// Items' worth of work that has been done on those in progress.
    private var begun = 0.0
    private let start = ContinuousClock.now

    /// - Parameter done: Number of items that an earlier run has done.
    init(total: Int, done: Int = 0, quiet: Bool) {
        (self.total, self.done, before) = (total, done, done)
        line = ProgressLine(
            quiet: quiet, plainPause: .seconds(5), terminalPause: .milliseconds(100), startsSilent: true)
    }

    /// Counts an item, and shows the state when it is due.
    ///
    /// - Parameter isNew: False for an item that an earlier run has done.
    mutating func add(_ name: String = "", failed: Bool = false, isNew: Bool = true) {
        if failed { self.failed += 1 } else { done += 1 }
        if !isNew { before += 1 }
        begun = max(0, begun - 1)
        activity = name
        line.show(state)
    }

    /// Says what is done at the moment.
    ///
    /// - Parameter begun: Items' worth of work that has been done on those in progress.
    mutating func show(_ activity: String, begun: Double = 0) {
        (self.activity, self.begun) = (activity, begun)
        line.show(state)
    }

    /// The number of items done, and of all.
    var tally: String { "\(done) of \(total)" }

    private var state: String {
        let settled = done + failed
        let worth = min(Double(settled) + begun, Double(total))
        let counts = total == 1 ? "" : "\(settled)/\(total)" + (failed > 0 ? ", \(failed) failed" : "")
        var parts = [counts, pace(worth - Double(before)), activity]
        if Console.hasTerminal {
            let columns = min(20, TerminalText.width / 5)
            parts.insert(TerminalText.bar(total > 0 ? worth / Double(total) : 1, columns: columns), at: 0)
        }
        return parts.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    /// Rate and remaining time; nothing before there is something to tell them from.
    private func pace(_ worth: Double) -> String {
        let seconds = start.duration(to: .now) / .seconds(1)
        guard worth > 0.05, seconds > 0.2 else { return "" }
        let left = Double(total - before) - worth
        let time = Self.clock((left * seconds / worth).rounded(.up))
        return total == 1 ? "\(time) left" : String(format: "%.1f/s", worth / seconds) + "  \(time) left"
    }

    /// Formats seconds as `0:07` or `1:05:30`.
    private static func clock(_ seconds: Double) -> String {
        let duration = Duration.seconds(min(seconds, 1e9))
        return duration.formatted(.time(pattern: seconds < 3600 ? .minuteSecond : .hourMinuteSecond))
    }

    func clear() { line.clear() }
}
