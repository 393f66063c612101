import Foundation

/// Progress of a run over many items, on standard error: a line that rewrites itself on a terminal, a plain line every
/// few seconds elsewhere.
struct ItemProgress {
    private let total: Int
    private let isQuiet: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    /// Number of items done by an earlier run, which took no time now.
    private var before: Int
    private var done: Int
    private var failed = 0
    private let start = ContinuousClock.now
    private var lastShown = ContinuousClock.now

    private var pause: Duration { isTerminal ? .milliseconds(100) : .seconds(5) }

    /// - Parameter done: Number of items that an earlier run has done.
    init(total: Int, done: Int, quiet: Bool) {
        (self.total, self.done, before, isQuiet) = (total, done, done, quiet)
    }

    /// Counts an item, and shows the state when it is due.
    ///
    /// - Parameter isNew: False for an item that an earlier run has done.
    mutating func add(_ name: String = "", failed: Bool = false, isNew: Bool = true) {
        if failed { self.failed += 1 } else { done += 1 }
        if !isNew { before += 1 }
        guard !isQuiet, lastShown.duration(to: .now) >= pause else { return }
        lastShown = .now
        let line = "\(state)  \(name.printable)"
        Console.note(isTerminal ? "\r\u{1B}[K\(line)" : line + "\n")
    }

    private var state: String {
        let seconds = start.duration(to: .now) / .seconds(1)
        let rate = Double(done + failed - before) / seconds
        let left = total - done - failed
        let counts = "\(done) done, \(failed) failed, \(left) left"
        guard rate > 0 else { return counts }
        let time = Duration.seconds(Int(Double(left) / rate))
        return "\(counts)  \(String(format: "%.1f", rate))/s  \(time.formatted()) to go"
    }

    func clear() {
        if isTerminal, !isQuiet { Console.note("\r\u{1B}[K") }
    }
}
