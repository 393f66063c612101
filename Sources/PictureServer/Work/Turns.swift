import Foundation
import Synchronization

/// A waiting line in front of something that only takes guests of one kind at a time, some of them together; first come,
/// first served.
///
/// `kind` is what the guests inside have in common: the model that they use. The line is never overtaken, so that those who
/// come all the time for one model keep nobody waiting who came for another.
final class Turns<Kind: Hashable & Sendable>: Sendable {
    private struct Guest {
        let id: UInt64
        let kind: Kind
        let resume: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var inside = 0
        var kind: Kind?
        var line: [Guest] = []
        var lastID: UInt64 = 0
        var hasClosed = false
    }

    private let state = Mutex(State())
    private let capacity: Int

    /// - Parameter capacity: Guests that may be inside together.
    init(capacity: Int = .max) { self.capacity = capacity }

    /// Runs `body` when it is the caller's turn. Throws `CancellationError`, `ServerError.closing`, and what `body` throws.
    func callAsFunction<Value: Sendable>(
        _ kind: Kind, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await enter(kind)
        defer { leave() }
        return try await body()
    }

    /// Turns everybody in the line away, and all who come later.
    func close() {
        let line = state.withLock { state in
            state.hasClosed = true
            defer { state.line = [] }
            return state.line
        }
        for guest in line { guest.resume.resume(throwing: ServerError.closing) }
    }

    private func enter(_ kind: Kind) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.hasClosed { return .failure(ServerError.closing) }
                    state.line.append(Guest(id: id, kind: kind, resume: continuation))
                    return nil
                }
                if let answer { continuation.resume(with: answer) } else { admit() }
            }
        } onCancel: {
            let guest = state.withLock { state in
                state.line.firstIndex { $0.id == id }.map { state.line.remove(at: $0) }
            }
            guest?.resume.resume(throwing: CancellationError())
            // Whoever stood behind may be next.
            admit()
        }
    }

    private func leave() {
        state.withLock { $0.inside -= 1 }
        admit()
    }

    private func admit() {
        let admitted = state.withLock { state in
            var admitted: [Guest] = []
            while let first = state.line.first, state.inside < capacity,
                state.inside == 0 || state.kind == first.kind
            {
                state.kind = first.kind
                state.inside += 1
                admitted.append(state.line.removeFirst())
            }
            return admitted
        }
        for guest in admitted { guest.resume.resume() }
    }
}
