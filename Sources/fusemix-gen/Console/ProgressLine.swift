import Foundation

/// Progress on standard error: one line that rewrites itself on a terminal; elsewhere plain lines now and then, or none
/// where each result is printed and is progress enough.
final class ProgressLine {
    private let isQuiet: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    /// Between two plain lines; nil for none.
    private let plainPause: Duration?
    /// Between two states of the line on a terminal.
    private let terminalPause: Duration
    private var lastShown: ContinuousClock.Instant?

    /// - Parameters:
    ///   - plainPause: Between two lines where there is no terminal; nil for no lines.
    ///   - terminalPause: Between two states of the line on a terminal.
    ///   - startsSilent: Waits for the first pause before the first line too.
    init(
        quiet: Bool, plainPause: Duration? = nil, terminalPause: Duration = .zero, startsSilent: Bool = false
    ) {
        (isQuiet, self.plainPause, self.terminalPause) = (quiet, plainPause, terminalPause)
        lastShown = startsSilent ? .now : nil
    }

    /// Shows a state when it is time to, or at once where it is the last.
    func show(_ state: @autoclosure () -> String, isLast: Bool = false) {
        guard !isQuiet, let pause = isTerminal ? terminalPause : plainPause else { return }
        guard isLast || lastShown.map({ $0.duration(to: .now) >= pause }) ?? true else { return }
        lastShown = .now
        let line = state().printable
        Console.note(isTerminal ? "\r\u{1B}[K\(line)" : line + "\n")
    }

    /// Makes room for other lines.
    func clear() {
        if isTerminal, !isQuiet { Console.note("\r\u{1B}[K") }
    }
}

/// How far a run over many items is: counts, rate and time to go, on the progress line.
struct ItemProgress {
    private let total: Int
    private let line: ProgressLine
    /// Items that took no time: an earlier run has done them.
    private var before: Int
    private var done: Int
    private var failed = 0
    private let start = ContinuousClock.now

    /// - Parameter done: Items that an earlier run has done.
    init(total: Int, done: Int, quiet: Bool) {
        (self.total, self.done, before) = (total, done, done)
        line = ProgressLine(
            quiet: quiet, plainPause: .seconds(5), terminalPause: .milliseconds(100), startsSilent: true)
    }

    /// Counts an item; shows the state when it is time to.
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
