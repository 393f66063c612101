import Foundation
import Synchronization
import TensorCore
import Testing

@Suite struct WorkQueueTests {
    @Test func doesWorkInItsOrderUntilItIsClosed() {
        let queue = WorkQueue()
        let done = Mutex<[Int]>([])
        for number in 0..<100 { queue.post { done.withLock { $0.append(number) } } }
        queue.close()
        queue.drain()
        #expect(done.withLock(\.self) == Array(0..<100))
    }

    @Test func severalThreadsDoEachWorkOnceAndEndWhenItIsClosed() {
        let queue = WorkQueue()
        let done = Mutex<[Int]>([])
        let ended = DispatchSemaphore(value: 0)
        for _ in 0..<4 {
            Thread {
                queue.drain()
                ended.signal()
            }.start()
        }
        for number in 0..<1000 { queue.post { done.withLock { $0.append(number) } } }
        queue.close()
        for _ in 0..<4 { ended.wait() }
        #expect(done.withLock { $0.sorted() } == Array(0..<1000))
    }
}
