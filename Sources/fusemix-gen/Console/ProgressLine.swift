import Foundation

/// Progress on standard error: one line that rewrites itself on a terminal, and nothing elsewhere, where the line
/// printed for each finished picture is progress enough.
struct ProgressLine {
    private let isShown: Bool
    private let total: Int

    init(total: Int, quiet: Bool) {
        self.total = total
        isShown = !quiet && isatty(STDERR_FILENO) == 1
    }

    /// Shows the state; `item` counts from 1, `stage` names the current work.
    func show(item: Int, name: String, stage: String) {
        guard isShown else { return }
        let counter = total > 1 ? "[\(item)/\(total)] " : ""
        Console.note("\r\u{1B}[K\(counter)\(name.printable): \(stage)")
    }

    func clear() {
        if isShown { Console.note("\r\u{1B}[K") }
    }
}
