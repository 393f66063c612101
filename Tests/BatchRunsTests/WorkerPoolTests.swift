import Foundation
import Synchronization
import TensorCore
import Testing

@testable import BatchRuns

@Suite struct WorkerPoolTests {
    @Test @ComputeActor func resultsAreThoseOfTheirWork() async {
        let pool = WorkerPool(3)
        let results = (0..<200).map { number in pool.start { number * number } }
        var values: [Int] = []
        for result in results { values.append(await result.value()) }
        #expect(values == (0..<200).map { $0 * $0 })
    }

    /// A result may be known before it is awaited, or awaited before it is known.
    @Test @ComputeActor func aResultWaitsAndIsWaitedFor() async {
        let pool = WorkerPool(1)
        let early = pool.start { 1 }
        let (begin, begun) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let late = pool.start {
            begun.signal()
            begin.wait()
            return 2
        }
        begun.wait()
        #expect(await early.value() == 1)
        // Jobs of the compute thread run in order: this one runs when the value is awaited.
        Task { @ComputeActor in begin.signal() }
        #expect(await late.value() == 2)
    }

    /// A second waiter would take the place of the first, which would then wait for ever.
    @Test func onlyOneMayWaitForAResult() async {
        await #expect(processExitsWith: .failure) {
            let result = PendingResult<Int>()
            Task { @ComputeActor in await result.value() }
            let second = Task { @ComputeActor in await result.value() }
            Task { @ComputeActor in result.resolve(1) }
            _ = await second.value
        }
    }

    @Test func noMoreIsDoneAtOnceThanThereAreThreads() async {
        let pool = WorkerPool(2)
        let counts = Mutex((now: 0, most: 0))
        let results = (0..<20).map { _ in
            pool.start {
                counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                Thread.sleep(forTimeInterval: 0.002)
                counts.withLock { $0.now -= 1 }
            }
        }
        for result in results { await result.value() }
        #expect((1...2).contains(counts.withLock(\.most)))
    }

    /// Work that was started is finished even when the pool is released.
    @Test func endsWithoutLosingWork() async {
        var pool: WorkerPool? = WorkerPool(1)
        let results = (0..<10).compactMap { number in pool?.start { number } }
        pool = nil
        var values: [Int] = []
        for result in results { values.append(await result.value()) }
        #expect(values == Array(0..<10))
    }
}
