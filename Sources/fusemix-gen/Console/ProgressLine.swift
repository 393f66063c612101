import Foundation

/// Progress on standard error: one line that rewrites itself on a terminal; elsewhere occasional plain lines, or none
/// where each result is printed and is progress enough.
final class ProgressLine {
    private let isQuiet: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    /// Minimal time between two plain lines; nil for no lines.
    private let plainPause: Duration?
    /// Minimal time between two updates of the line on a terminal.
    private let terminalPause: Duration
    private var lastShown: ContinuousClock.Instant?

    /// - Parameters:
    ///   - plainPause: Minimal time between two lines where there is no terminal; nil for no lines.
    ///   - terminalPause: Minimal time between two updates of the line on a terminal.
    ///   - startsSilent: Whether the first line also waits for a pause.
    init(
        quiet: Bool, plainPause: Duration? = nil, terminalPause: Duration = .zero, startsSilent: Bool = false
    ) {
        (isQuiet, self.plainPause, self.terminalPause) = (quiet, plainPause, terminalPause)
        lastShown = startsSilent ? .now : nil
    }

    /// Shows a state when it is due, or at once if it is the last.
    func show(_ state: @autoclosure () -> String, isLast: Bool = false) {
        guard !isQuiet, let pause = isTerminal ? terminalPause : plainPause else { return }
        guard isLast || lastShown.map({ $0.duration(to: .now) >= pause }) ?? true else { return }
        lastShown = .now
        let line = state().printable
        Console.note(isTerminal ? "\r\u{1B}[K\(line)" : line + "\n")
    }

    /// Clears the line to make room for others.
    func clear() {
        if isTerminal, !isQuiet { Console.note("\r\u{1B}[K") }
    }
}

/// Progress of a run over many items: counts, rate and remaining time, on the progress line.
struct ItemProgress {
    private let total: Int
    private let line: ProgressLine
    /// Number of items done by an earlier run, which took no time now.
    private var before: Int
    private var done: Int
    private var failed = 0
    private let start = ContinuousClock.now

    /// - Parameter done: Number of items that an earlier run has done.
    init(total: Int, done: Int, quiet: Bool) {
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
        line.show("\(state)  \(name)")
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

    func clear() { line.clear() }
}
