import FilesOnDisk
import Foundation

/// Progress on standard error: a line at the bottom of a terminal; elsewhere occasional plain lines, or none where each
/// result is printed and is progress enough.
final class ProgressLine {
    private let isQuiet: Bool
    /// Minimal time between two plain lines; nil for no lines.
    private let plainPause: Duration?
    /// Minimal time between two updates of the line on a terminal.
    private let terminalPause: Duration
    /// Nil until a line was shown; where there is no terminal, the first line waits for a pause if `startsSilent`.
    private var lastShown: ContinuousClock.Instant?

    /// - Parameters:
    ///   - plainPause: Minimal time between two lines where there is no terminal; nil for no lines.
    ///   - startsSilent: Whether the first plain line also waits for a pause.
    init(quiet: Bool, plainPause: Duration? = nil, terminalPause: Duration = .zero, startsSilent: Bool = false) {
        (isQuiet, self.plainPause, self.terminalPause) = (quiet, plainPause, terminalPause)
        lastShown = startsSilent && !Console.hasTerminal ? .now : nil
    }

    /// Shows a state when it is due, or at once if it is the last.
    func show(_ state: @autoclosure () -> String, isLast: Bool = false) {
        guard !isQuiet, let pause = Console.hasTerminal ? terminalPause : plainPause else { return }
        guard isLast || lastShown.map({ $0.duration(to: .now) >= pause }) ?? true else { return }
        lastShown = .now
        if Console.hasTerminal {
            Console.showStatus(state())
        } else {
            Console.note(state().printable + "\n")
        }
    }

    /// Takes the line off the terminal.
    func clear() {
        if Console.hasTerminal, !isQuiet { Console.showStatus("") }
    }
}
