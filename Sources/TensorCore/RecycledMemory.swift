import Foundation

/// Memory of large tensors that are no more, kept for the next ones of their size while a network runs.
///
/// A fresh page is zeroed by the system, which for pictures of millions of pixels takes a good part of a network's time.
/// Once a tensor of another size is wanted, all that is kept is given back, so that nothing is hoarded.
final class RecycledMemory: @unchecked Sendable {
    static let shared = RecycledMemory()

    // Guards all mutable state.
    private let lock = NSLock()
    private var users = 0
    private var blocks: [Int: [UnsafeMutableRawPointer]] = [:]

    /// Returns memory of that size, not zeroed; nil where there is none.
    func take(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        lock.withLock {
            if let block = blocks[byteCount]?.popLast() { return block }
            giveBack()
            return nil
        }
    }

    /// Takes over memory; false where nothing runs that would use it.
    func keep(_ block: UnsafeMutableRawPointer, _ byteCount: Int) -> Bool {
        lock.withLock {
            guard users > 0 else { return false }
            blocks[byteCount, default: []].append(block)
            return true
        }
    }

    fileprivate func begin() { lock.withLock { users += 1 } }

    fileprivate func end() {
        lock.withLock {
            users -= 1
            if users == 0 { giveBack() }
        }
    }

    private func giveBack() {
        for block in blocks.values.joined() { block.deallocate() }
        blocks = [:]
    }
}

/// Runs a network of large tensors, which take the place of each other in memory.
package func recyclingMemory<Result>(_ body: () throws -> Result) rethrows -> Result {
    RecycledMemory.shared.begin()
    defer { RecycledMemory.shared.end() }
    return try body()
}
