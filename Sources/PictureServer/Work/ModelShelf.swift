import FilesOnDisk
import Foundation
import SoundBridge
import Synchronization

/// The models that requests can choose, one of them in memory at a time.
///
/// Requests that need another model wait until those before them have what they came for; then the one model is let go and
/// the other loaded.
final class ModelShelf: Sendable {
    /// A model that is open, with the desk that draws with it.
    struct Open: Sendable {
        let name: String
        let model: OpenModel
        let desk: DrawingDesk
        /// Samples a second that its audio encoder takes.
        let sampleRate: Int
    }

    /// Opens a model by the name that requests call it by.
    typealias Opener = @Sendable (String) throws -> OpenModel

    /// Names that can be chosen, the default first.
    let names: [String]
    private let knownFacts: Task<[String: ModelFacts], Never>
    private let turns = Turns<String>()
    private let current = Mutex<Open?>(nil)
    private let hasClosed = Atomic(false)
    private let open: Opener
    private let capacity: Int
    private let metrics: ServerMetrics

    /// - Parameters:
    ///   - names: At least one.
    ///   - capacity: Pictures that may wait for one model.
    init(_ names: [String], capacity: Int, metrics: ServerMetrics, open: @escaping Opener) {
        (self.names, self.capacity, self.metrics, self.open) = (names, capacity, metrics, open)
        // Before anything is drawn: whoever asks later need not wait for a picture.
        knownFacts = Task { @ComputeActor in
            let known = names.compactMap { name in
                (try? ModelFacts(open(name).pipeline)).map { (name, $0) }
            }
            return Dictionary(known) { first, _ in first }
        }
    }

    /// What there is to know of the models by their names. One that cannot be opened is left out; it says so when it is asked
    /// for.
    var facts: [String: ModelFacts] { get async { await knownFacts.value } }

    /// The name of the model that is in memory.
    var loaded: String? { current.withLock { $0?.name } }

    /// Returns the name that a request means. Throws `ServerError.model`.
    func name(_ asked: String?) throws -> String {
        guard let asked, !asked.isEmpty else { return names[0] }
        guard names.contains(asked) else { throw ServerError.model(asked.onOneLine, known: names) }
        return asked
    }

    /// Runs `body` with a model in memory, which stays there until then. Throws `ModelError`, `ServerError.closing`, and what
    /// `body` throws.
    func with<Value: Sendable>(
        _ name: String, _ body: @escaping @Sendable (Open) async throws -> Value
    ) async throws -> Value {
        try await turns(name) { try await body(self.fetch(name)) }
    }

    /// Fails what waits with `ServerError.closing`; what is being drawn is finished.
    func close() {
        hasClosed.store(true, ordering: .relaxed)
        turns.close()
        current.withLock { $0 }?.desk.close()
    }

    /// Only called by those whose turn it is, so that nobody uses another model.
    @ComputeActor
    private func fetch(_ name: String) throws -> Open {
        if let open = current.withLock({ $0 }), open.name == name { return open }
        current.withLock { open in
            open?.model.pipeline.release([.sounds, .words, .pictures])
            open = nil
        }
        let model = try open(name)
        try model.pipeline.load([.sounds, .words, .pictures])
        // Layers pack their weights when they first run: the first to ask need not wait for that.
        let rate = try model.pipeline.sampleRate()
        _ = try model.pipeline.listen(samples: [Float](repeating: 0, count: rate), rate: rate)
        let opened = Open(
            name: name, model: model, desk: try DrawingDesk(model.pipeline, capacity: capacity, metrics: metrics),
            sampleRate: rate)
        if hasClosed.load(ordering: .relaxed) { opened.desk.close() }
        current.withLock { $0 = opened }
        return opened
    }
}
