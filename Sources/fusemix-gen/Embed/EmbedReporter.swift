import Evaluation
import Synchronization

/// Progress and failures of an embedding on standard error.
final class EmbedReporter: Sendable {
    private let isQuiet: Bool
    private let progress = Mutex<ItemProgress?>(nil)

    init(quiet: Bool) {
        isQuiet = quiet
    }

    func report(_ event: EmbeddingTask.Event) {
        switch event {
        case .started(let items, let done):
            progress.withLock { $0 = ItemProgress(total: items, done: done, quiet: isQuiet) }
        case .unlisted(let path): Console.error("\(path)")
        case .passedOver(let path): if !isQuiet { Console.note("\(path.description.printable)\n") }
        case .embedded(let id): progress.withLock { $0?.add(id) }
        case .failed(let id, let error):
            clear()
            Console.error("\(error)")
            progress.withLock { $0?.add(id, failed: true) }
        }
    }

    /// Says what an interrupt has left, and how to go on.
    func tellInterrupted() {
        clear()
        guard !isQuiet, let tally = progress.withLock({ $0?.tally }) else { return }
        Console.note("\(tally) items done. The same command with --resume goes on.\n")
    }

    /// Takes the line of progress off the terminal.
    func clear() { progress.withLock { $0?.clear() } }
}
