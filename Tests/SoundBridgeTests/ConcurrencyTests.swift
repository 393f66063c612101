import PictureFiles
import Synchronization
import Testing

@testable import SoundBridge

/// Several tasks use one pipeline at once, none of them on its actor.
@Suite struct ConcurrencyTests {
    static func request(_ pipeline: Pipeline, seed: Int) async throws -> PictureRequest {
        let samples = (0..<800).map { Float($0 % (seed + 2)) }
        let sound = try await pipeline.listen(samples: samples, rate: 8000)
        return PictureRequest(try await pipeline.subject(of: sound), pipeline.settings(seed: UInt64(seed)))
    }

    @Test func eachOfSeveralCallersGetsItsOwnPictures() async throws {
        let pipeline = await RandomParts.pipeline()
        var expected: [Picture] = []
        for seed in 0..<8 { expected.append(try await pipeline.draw([Self.request(pipeline, seed: seed)])[0].picture) }
        #expect(Set(expected).count == 8)

        let found = try await withThrowingTaskGroup(of: (Int, [Picture]).self) { group in
            for caller in 0..<8 {
                group.addTask {
                    var pictures: [Picture] = []
                    let requests = try await [caller, 7 - caller].asyncMap {
                        try await Self.request(pipeline, seed: $0)
                    }
                    if caller % 2 == 0 {
                        pictures = try await pipeline.draw(requests).map(\.picture)
                    } else {
                        for try await drawn in pipeline.pictures(requests, batchSize: 1) {
                            pictures.append(drawn.picture)
                        }
                    }
                    if caller == 3 { await pipeline.release([.sounds, .words, .pictures]) }
                    return (caller, pictures)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (caller, pictures) in found { #expect(pictures == [expected[caller], expected[7 - caller]]) }
        #expect(found.count == 8)
    }

    /// A stream gives way after each batch: a call made during its first is served before its last.
    @Test func aStreamLetsOthersInAfterEachBatch() async throws {
        let events = Mutex<[String]>([])
        let pipeline = await RandomParts.pipeline()
        let request = try await Self.request(pipeline, seed: 0)
        let other = Mutex<Task<Void, any Error>?>(nil)
        let requests = Array(repeating: request, count: 20)
        for try await _ in pipeline.pictures(
            requests, batchSize: 1,
            onProgress: { progress in
                guard progress.step == progress.steps else { return }
                events.withLock { $0.append("\(progress.pictures.lowerBound)") }
                other.withLock { task in
                    task =
                        task
                        ?? Task {
                            _ = try pipeline.draw([request])
                            events.withLock { $0.append("other") }
                        }
                }
            })
        {
            await Task.yield()
            if events.withLock({ $0.count }) == 1 { try await other.withLock { $0 }?.value }
        }
        #expect(events.withLock { $0 } == ["0", "other"] + (1..<20).map(String.init))
    }

    /// A request that nobody waits for any more fails alone, and is not drawn; the others are what they are.
    @Test func aQueueLeavesOutWhatNobodyWaitsFor() async throws {
        let batches = Mutex<[Int]>([])
        let painter = RandomParts.Painter(observe: { size in batches.withLock { $0.append(size) } })
        let pipeline = await RandomParts.pipeline(painter: painter)
        var requests: [PictureRequest] = []
        for seed in 0..<4 { requests.append(try await Self.request(pipeline, seed: seed)) }
        let asked = requests
        let expected = try await pipeline.draw(asked).map(\.picture)
        try await Task { @ComputeActor in
            let queue = try DrawQueue(pipeline, capacity: 4)
            for request in asked { try queue.add(request) }
            queue.remove { $0 == 1 }
            batches.withLock { $0 = [] }
            var step = 0
            let results = try queue.draw(onProgress: { step = $0.step }, isWanted: { $0 != 1 || step < 1 })
            #expect(results.count == 3 && queue.isEmpty)
            #expect(try results[0].get().picture == expected[0])
            #expect(throws: CancellationError.self) { try results[1].get() }
            #expect(try results[2].get().picture == expected[3])
            #expect(batches.withLock { $0.first }! > batches.withLock { $0.last }!)

            try queue.add(asked[0])
            #expect(throws: CancellationError.self) { try queue.draw(isWanted: { _ in false }) }
            #expect(!queue.isEmpty)
        }.value
    }

    @Test func aCancelledConsumerEndsItsStreamOnly() async throws {
        let pipeline = await RandomParts.pipeline()
        let request = try await Self.request(pipeline, seed: 0)
        let drawn = Mutex(0)
        let cancelled = Task {
            for try await _ in pipeline.pictures(Array(repeating: request, count: 10_000)) {
                drawn.withLock { $0 += 1 }
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        let other = Task { try await pipeline.draw([request]) }
        _ = await cancelled.result
        #expect(try await other.value.count == 1)
        #expect(drawn.withLock { $0 } < 10_000)
    }
}

extension Array {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
