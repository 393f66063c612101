import Foundation
import SoundBridge
import Synchronization

/// Draws the requests of all clients of one model, several together where they are alike, oldest first.
@ComputeActor
final class DrawingDesk {
    private let pipeline: Pipeline
    private let queue: DrawQueue
    private let metrics: ServerMetrics
    /// Tickets of the queue's requests, oldest first.
    private var tickets: [Ticket] = []
    private var isDrawing = false
    private nonisolated let hasClosed = Atomic(false)

    nonisolated init(_ pipeline: Pipeline, capacity: Int, metrics: ServerMetrics) throws {
        (self.pipeline, self.metrics) = (pipeline, metrics)
        queue = try DrawQueue(pipeline, capacity: capacity)
    }

    /// Finishes the batch in progress, and fails what waits with `ServerError.closing`.
    nonisolated func close() { hasClosed.store(true, ordering: .relaxed) }

    /// Draws a picture. A caller whose task is cancelled gets a `CancellationError` at once, and no more work is done for
    /// it after the step in progress.
    ///
    /// Throws `DrawQueueError.full`, `ServerError.closing`, and what drawing throws.
    func draw(_ request: PictureRequest, watcher: DrawingWatcher?) async throws -> DrawnPicture {
        let ticket = Ticket(watcher)
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            // Those who have gone may still have their places.
            if queue.isFull { removeUnwanted() }
            try queue.add(request)
            tickets.append(ticket)
            if !isDrawing {
                isDrawing = true
                Task { await drawAll() }
            }
            return try await ticket.result()
        } onCancel: {
            ticket.settle(.failure(CancellationError()))
        }
    }

    private func drawAll() async {
        // Requests that have come at the same time join the first batch.
        await Task.yield()
        while prepareNext() {
            drawNext()
            // Those who listen come in between.
            await Task.yield()
        }
        isDrawing = false
    }

    /// Lets go of what nobody waits for; returns whether anything is left to draw.
    private func prepareNext() -> Bool {
        if hasClosed.load(ordering: .relaxed) {
            for ticket in tickets { ticket.settle(.failure(ServerError.closing)) }
        }
        removeUnwanted()
        return !tickets.isEmpty
    }

    private func removeUnwanted() {
        let isWanted = tickets.map(\.isWanted)
        queue.remove { !isWanted[$0] }
        tickets = zip(tickets, isWanted).filter(\.1).map(\.0)
    }

    private func drawNext() {
        let batch = Array(tickets.prefix(queue.nextBatchCount))
        let first = queue.drawnCount
        let start = ContinuousClock.now
        do {
            let results = try queue.draw(
                onProgress: { progress in
                    for place in progress.pictures where batch[place - first].isWanted {
                        batch[place - first].tell(progress) {
                            try? pipeline.estimate(progress, of: place, isRough: $0)
                        }
                    }
                },
                isWanted: { batch[$0].isWanted })
            tickets.removeFirst(batch.count)
            metrics.drawn(batch: batch.count, seconds: start.duration(to: .now) / .seconds(1))
            for (ticket, result) in zip(batch, results) { ticket.settle(result) }
        } catch {
            // The whole batch is at fault, or nobody waits for it.
            for ticket in batch { ticket.settle(.failure(error)) }
        }
    }
}

/// An estimate to send of a picture before it is done.
enum Estimate: Sendable {
    case none
    /// Where decoding takes long, without details.
    case rough
    case whole
}

/// Somebody who wants to see a picture come.
struct DrawingWatcher: Sendable {
    /// Which estimate of the picture is wanted after a step. Called on the compute thread, as `onStep` is.
    let estimate: @Sendable (_ step: Int, _ steps: Int) -> Estimate
    let onStep: @Sendable (_ step: Int, _ steps: Int, _ estimate: Picture?) -> Void
}

/// The place of one request, and of whoever waits for its picture.
private final class Ticket: Sendable {
    private enum State {
        case queued
        case awaited(CheckedContinuation<DrawnPicture, any Error>)
        case settled(Result<DrawnPicture, any Error>)
    }

    private let state = Mutex(State.queued)
    private let settled = Atomic(false)
    private let watcher: DrawingWatcher?

    init(_ watcher: DrawingWatcher?) { self.watcher = watcher }

    var isWanted: Bool { !settled.load(ordering: .relaxed) }

    func result() async throws -> DrawnPicture {
        try await withCheckedThrowingContinuation { continuation in
            let result: Result<DrawnPicture, any Error>? = state.withLock { state in
                if case .settled(let result) = state { return result }
                state = .awaited(continuation)
                return nil
            }
            if let result { continuation.resume(with: result) }
        }
    }

    /// Gives the result to whoever waits; only the first counts.
    func settle(_ result: Result<DrawnPicture, any Error>) {
        let waiting: CheckedContinuation<DrawnPicture, any Error>? = state.withLock { state in
            defer { settled.store(true, ordering: .relaxed) }
            switch state {
            case .settled: return nil
            case .queued:
                state = .settled(result)
                return nil
            case .awaited(let continuation):
                state = .settled(result)
                return continuation
            }
        }
        waiting?.resume(with: result)
    }

    /// - Parameter estimate: Makes an estimate, rough or not.
    func tell(_ progress: Pipeline.Progress, _ estimate: (Bool) -> Picture?) {
        guard let watcher else { return }
        let wanted = watcher.estimate(progress.step, progress.steps)
        watcher.onStep(progress.step, progress.steps, wanted == .none ? nil : estimate(wanted == .rough))
    }
}
