import Foundation
import PictureFiles
import SoundBridge
import Synchronization

/// The pictures that clients of `/sdapi` wait for; any of these clients may look at them and stop them, as there.
final class WebUIJobs: Sendable {
    private let jobs = Mutex<[WebUIJob]>([])

    /// The oldest.
    var current: WebUIJob? { jobs.withLock { $0.first } }
    var count: Int { jobs.withLock { $0.count } }

    /// Runs `body` with a job that others can see meanwhile.
    func with<Value: Sendable>(_ job: WebUIJob, _ body: () async throws -> Value) async throws -> Value {
        jobs.withLock { $0.append(job) }
        defer { jobs.withLock { $0.removeAll { $0 === job } } }
        return try await body()
    }

    func interrupt() { jobs.withLock { $0.first }?.interrupt() }
}

/// One request of `/sdapi`, as far as it is.
final class WebUIJob: Sendable {
    struct State {
        var drawn: [Int: DrawnPicture] = [:]
        var estimates: [Int: Picture] = [:]
        /// Pictures whose last estimate was made after the interruption.
        var whole: Set<Int> = []
        /// Shares of the pictures that are done.
        var shares: [Int: Double] = [:]
        var step = 0
        var steps = 0
        var isInterrupted = false
        var task: Task<Void, any Error>?
    }

    let count: Int
    let start = Date()
    private let state = Mutex(State())

    init(count: Int) { self.count = count }

    var now: State { state.withLock { $0 } }

    /// From 0 to 1.
    var progress: Double { state.withLock { $0.shares.values.reduce(0, +) } / Double(count) }

    func tell(_ event: DrawingEvent) {
        let done: Task<Void, any Error>? = state.withLock { state in
            switch event {
            case .heard: return nil
            case .step(let picture, let step, let steps, let estimate):
                (state.step, state.steps) = (step, steps)
                state.shares[picture] = Double(step) / Double(steps)
                if let estimate {
                    state.estimates[picture] = estimate
                    if state.isInterrupted { state.whole.insert(picture) }
                }
            case .drawn(let picture, let drawn):
                state.drawn[picture] = drawn
                state.shares[picture] = 1
            }
            // An interrupted picture is shown as it is after its last step; those that nobody has begun are not.
            let begun = state.shares.keys.filter { state.drawn[$0] == nil }
            return state.isInterrupted && begun.allSatisfy(state.whole.contains) ? state.task : nil
        }
        done?.cancel()
    }

    var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

    /// Stops the work within a step, and shows each picture that was begun as it is then. A second call, while they are made
    /// whole one after another, ends with those estimates that there are.
    func interrupt() {
        let ended: Task<Void, any Error>? = state.withLock { state in
            defer { state.isInterrupted = true }
            return state.isInterrupted || state.shares.isEmpty ? state.task : nil
        }
        ended?.cancel()
    }

    /// Runs the work, which `interrupt` ends without an error. Throws what `work` throws.
    func run(_ work: @escaping @Sendable () async throws -> Void) async throws {
        let task = Task { try await work() }
        let isLate = state.withLock { state in
            state.task = task
            return state.isInterrupted
        }
        if isLate { task.cancel() }
        do {
            try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch is CancellationError where isInterrupted {
            // What there is will do.
        }
    }
}
