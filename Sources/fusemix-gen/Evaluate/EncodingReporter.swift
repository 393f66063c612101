import Synchronization

/// Progress of the encoding that an evaluation begins with, and files that cannot be encoded, on standard error.
final class EncodingReporter: Sendable {
    private let line: Mutex<ProgressLine>

    init(quiet: Bool) {
        line = Mutex(ProgressLine(quiet: quiet))
    }

    /// Says which file is encoded, by its index among `count`.
    @Sendable func encodes(_ index: Int, of count: Int, named name: String) {
        line.withLock { $0.show("[\(index + 1)/\(count)] \(name): encoding") }
    }

    @Sendable func fails(_ error: any Error) {
        clear()
        Console.error("\(error)")
    }

    /// Takes the line off the terminal.
    func clear() { line.withLock { $0.clear() } }
}
