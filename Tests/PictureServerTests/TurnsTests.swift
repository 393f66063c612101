import Foundation
import Synchronization
import Testing

@testable import PictureServer

struct TurnsTests {
    /// What has happened, in its order.
    private final class Log: Sendable {
        private let entries = Mutex<[String]>([])
        func add(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }

        /// Waits until something has happened; fails the test after some seconds.
        func wait(for entry: String) async throws {
            for _ in 0..<1000 where !all.contains(entry) { try await Task.sleep(for: .milliseconds(5)) }
            try #require(all.contains(entry))
        }
    }

    /// Those who are inside, and the most that ever were.
    private final class Crowd: Sendable {
        private let state = Mutex((inside: 0, most: 0))
        var now: (inside: Int, most: Int) { state.withLock { $0 } }

        func change(by count: Int) {
            state.withLock { state in
                state.inside += count
                state.most = max(state.most, state.inside)
            }
        }
    }

    /// A door that somebody stands in until it is opened.
    private final class Door: Sendable {
        private let (stream, continuation) = AsyncStream<Void>.makeStream()
        func open() { continuation.finish() }
        func wait() async { for await _ in stream {} }
    }

    private func guest(
        _ name: String, _ kind: String, _ turns: Turns<String>, _ log: Log, _ door: Door
    ) -> Task<Void, any Error> {
        Task {
            try await turns(kind) {
                log.add(name)
                await door.wait()
            }
        }
    }

    @Test func guestsOfOneKindAreInsideTogetherAndNobodyOvertakes() async throws {
        let (turns, log, first, second) = (Turns<String>(), Log(), Door(), Door())
        let one = guest("a1", "a", turns, log, first)
        try await log.wait(for: "a1")
        let two = guest("a2", "a", turns, log, first)
        try await log.wait(for: "a2")
        let other = guest("b1", "b", turns, log, second)
        try await Task.sleep(for: .milliseconds(50))
        // It is of the kind that is inside, and yet comes after b1.
        let late = guest("a3", "a", turns, log, second)
        try await Task.sleep(for: .milliseconds(50))
        #expect(log.all == ["a1", "a2"])
        first.open()
        try await log.wait(for: "b1")
        second.open()
        for task in [one, two, other, late] { try await task.value }
        #expect(log.all == ["a1", "a2", "b1", "a3"])
    }

    @Test func aCancelledGuestLeavesTheLineToThoseBehind() async throws {
        let (turns, log, door) = (Turns<String>(), Log(), Door())
        let inside = guest("a1", "a", turns, log, door)
        try await log.wait(for: "a1")
        let other = guest("b1", "b", turns, log, door)
        try await Task.sleep(for: .milliseconds(50))
        let behind = guest("a2", "a", turns, log, door)
        try await Task.sleep(for: .milliseconds(50))
        other.cancel()
        await #expect(throws: CancellationError.self) { try await other.value }
        try await log.wait(for: "a2")
        door.open()
        for task in [inside, behind] { try await task.value }
        #expect(log.all == ["a1", "a2"])
    }

    @Test func noMoreThanTheCapacityAreInside() async throws {
        let (turns, crowd) = (Turns<Int>(capacity: 3), Crowd())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    try await turns(0) {
                        crowd.change(by: 1)
                        await Task.yield()
                        crowd.change(by: -1)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(crowd.now.inside == 0)
        #expect((1...3).contains(crowd.now.most))
    }

    @Test func aClosedLineTurnsAllAway() async throws {
        let (turns, log, door) = (Turns<String>(), Log(), Door())
        let inside = guest("a1", "a", turns, log, door)
        try await log.wait(for: "a1")
        let waiting = guest("b1", "b", turns, log, door)
        try await Task.sleep(for: .milliseconds(50))
        turns.close()
        await #expect(throws: ServerError.closing) { try await waiting.value }
        await #expect(throws: ServerError.closing) { try await turns("a") {} }
        door.open()
        try await inside.value
    }
}
