import Foundation

/// How far a run over many items is, on standard error: a line that rewrites itself on a terminal, a plain line every
/// few seconds elsewhere.
struct ItemProgress {
    private let total: Int
    private let isQuiet: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let alreadyDone: Int
    private var done: Int
    private let start = ContinuousClock.now
    private var lastShown = ContinuousClock.now

    private var pause: Duration { isTerminal ? .milliseconds(100) : .seconds(5) }

    /// - Parameter done: Items that an earlier run has done.
    init(total: Int, done: Int, quiet: Bool) {
        (self.total, self.done, alreadyDone, isQuiet) = (total, done, done, quiet)
    }

    /// Counts an item; shows the state when it is time to.
    mutating func show(_ name: String) {
        done += 1
        guard !isQuiet, lastShown.duration(to: .now) >= pause else { return }
        lastShown = .now
        let seconds = start.duration(to: .now) / .seconds(1)
        let rate = Double(done - alreadyDone) / seconds
        let left = Duration.seconds(Int(Double(total - done) / rate))
        let line = "\(done) of \(total)  \(String(format: "%.1f", rate))/s  \(left.formatted()) left  \(name.printable)"
        Console.note(isTerminal ? "\r\u{1B}[K\(line)" : line + "\n")
    }

    func clear() {
        if isTerminal, !isQuiet { Console.note("\r\u{1B}[K") }
    }
}
