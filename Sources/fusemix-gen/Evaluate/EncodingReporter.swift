import Synchronization

/// Progress of the encoding that an evaluation begins with, and files that cannot be encoded, on standard error.
final class EncodingReporter: Sendable {
    private let isQuiet: Bool
    private let line = Mutex<ProgressLine?>(nil)

    init(quiet: Bool) {
        isQuiet = quiet
    }

    /// Says which file is encoded, by its index among `count`.
    @Sendable func encodes(_ index: Int, of count: Int, named name: String) {
        line.withLock { line in
            let shown = line ?? ProgressLine(total: count, quiet: isQuiet)
            line = shown
            shown.show(item: index + 1, name: name, stage: "encoding")
        }
    }

    @Sendable func fails(_ error: any Error) {
        clear()
        Console.error("\(error)")
    }

    /// Takes the line off the terminal.
    func clear() { line.withLock { $0?.clear() } }
}
