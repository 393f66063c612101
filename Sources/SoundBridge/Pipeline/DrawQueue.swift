import FilesOnDisk
import Foundation
import TensorCore

/// A queue of requests to be drawn, first in, first out; those at the head that can share a batch are drawn together.
///
/// It holds at most `capacity` requests, so that a caller who adds them faster than they are drawn has to wait or is
/// told.
@ComputeActor
public final class DrawQueue {
    /// Numbers of pictures that can be denoised together.
    public nonisolated static let batchSizes = 1...64
    /// Chosen by measurement: a larger batch saves no time per picture, takes more memory, and delays an interrupt.
    public nonisolated static let defaultBatchSize = 4

    public nonisolated let batchSize: Int
    public nonisolated let capacity: Int
    private let pipeline: Pipeline
    private var waiting: [PictureRequest] = []
    /// Requests that have been drawn: the place of the oldest that waits.
    public private(set) var drawnCount = 0

    /// - Parameters:
    ///   - pipeline: Draws the requests.
    ///   - batchSize: In `batchSizes`.
    ///   - capacity: Requests that may wait, at least 1.
    /// - Throws: `SettingError`.
    public nonisolated init(_ pipeline: Pipeline, batchSize: Int = defaultBatchSize, capacity: Int) throws {
        try SettingError.require(batchSize, in: Self.batchSizes, "batch size")
        try SettingError.require(capacity, in: 1...Int.max, "capacity")
        (self.pipeline, self.batchSize, self.capacity) = (pipeline, batchSize, capacity)
    }

    public var isEmpty: Bool { waiting.isEmpty }
    public var isFull: Bool { waiting.count >= capacity }

    /// Requests that the next call of `draw` draws.
    public var nextBatchCount: Int { nextBatch.count }

    /// Whether the next batch is complete, so that no later request could join it.
    public var hasFullBatch: Bool {
        nextBatchCount >= batchSize || nextBatchCount < waiting.count
    }

    /// Adds a request at the end. Throws `DrawQueueError.full`.
    public func add(_ request: PictureRequest) throws {
        guard !isFull else { throw DrawQueueError.full(capacity: capacity) }
        waiting.append(request)
    }

    /// Takes requests out that nobody waits for; `isUnwanted` is asked by places from the oldest.
    public func remove(where isUnwanted: (Int) -> Bool) {
        waiting = waiting.indices.filter { !isUnwanted($0) }.map { waiting[$0] }
    }

    /// Draws the oldest request and those right behind it that can share its batch; draws nothing from an empty queue.
    ///
    /// Results are in the order of the requests. A request at fault fails alone. Throws `ModelError` and
    /// `CancellationError`, after which the batch is still waiting.
    ///
    /// - Parameters:
    ///   - onProgress: Called on the compute thread after each step; counts places from the first request that was added.
    ///   - isWanted: Whether somebody still waits for a request of the batch, asked before each step. One that nobody waits
    ///     for fails with a `CancellationError`; if that is all of them, the call does, and they are still waiting.
    public func draw(
        onProgress: @ComputeActor (Pipeline.Progress) -> Void = { _ in },
        isWanted: @ComputeActor (Int) -> Bool = { _ in true }
    ) throws -> [Result<DrawnPicture, any Error>] {
        let batch = nextBatch
        guard !batch.isEmpty else { return [] }
        let results = try draw(batch[...], isWanted, onProgress)
        waiting.removeFirst(batch.count)
        drawnCount += batch.count
        return results
    }

    private var nextBatch: [PictureRequest] {
        guard let first = waiting.first else { return [] }
        // The first is its own batch even where its settings hold a NaN, which equals nothing.
        return [first] + waiting.prefix(batchSize).dropFirst().prefix { $0.sharesBatch(with: first) }
    }

    private func draw(
        _ batch: ArraySlice<PictureRequest>, _ isWanted: @ComputeActor (Int) -> Bool,
        _ onProgress: @ComputeActor (Pipeline.Progress) -> Void
    ) throws -> [Result<DrawnPicture, any Error>] {
        let places = drawnCount + batch.startIndex..<drawnCount + batch.endIndex
        do {
            return try pipeline.drawBatch(
                Array(batch), isWanted: { isWanted(batch.startIndex + $0) }, onStep: { onProgress($0.at(places)) })
        } catch let error where error is ModelError || error is CancellationError {
            throw error
        } catch {
            // One of them may be at fault, so each is tried alone.
            return try batch.count == 1
                ? [.failure(error)] : batch.indices.flatMap { try draw(batch[$0...$0], isWanted, onProgress) }
        }
    }
}

/// Reasons why a request cannot be queued.
public enum DrawQueueError: DescribedError, Equatable {
    case full(capacity: Int)

    public var description: String {
        switch self {
        case .full(let capacity): "\(capacity) pictures are waiting to be drawn already, which is as many as may."
        }
    }
}

/// The requests of one call of `Pipeline.pictures`, drawn as they are asked for.
@ComputeActor
final class DrawSession {
    private let queue: DrawQueue
    private let onProgress: @ComputeActor (Pipeline.Progress) -> Void
    private var requests: ArraySlice<PictureRequest>
    private var drawn: ArraySlice<DrawnPicture> = []

    nonisolated init(
        _ pipeline: Pipeline, _ requests: [PictureRequest], batchSize: Int,
        _ onProgress: @escaping @ComputeActor (Pipeline.Progress) -> Void
    ) throws {
        queue = try DrawQueue(pipeline, batchSize: batchSize, capacity: batchSize)
        (self.requests, self.onProgress) = (requests[...], onProgress)
    }

    func next() throws -> DrawnPicture? {
        if drawn.isEmpty {
            while !queue.isFull, let request = requests.popFirst() { try queue.add(request) }
            drawn = try queue.draw(onProgress: onProgress).map { try $0.get() }[...]
        }
        return drawn.popFirst()
    }
}
