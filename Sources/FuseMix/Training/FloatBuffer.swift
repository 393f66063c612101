import CKernels

/// Floats that training overwrites again and again: 64-byte aligned, owned by one trainer, never shared between
/// threads.
final class FloatBuffer {
    let start: UnsafeMutablePointer<Float>
    let count: Int
    private let memory: UnsafeMutableRawPointer

    /// Allocates uninitialised memory.
    init(count: Int) {
        self.count = count
        memory = .allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        start = memory.bindMemory(to: Float.self, capacity: max(count, 1))
    }

    convenience init(zeros count: Int) {
        self.init(count: count)
        start.update(repeating: 0, count: count)
    }

    deinit { memory.deallocate() }

    func copy(from other: FloatBuffer) {
        precondition(count == other.count, "buffers of different length")
        start.update(from: other.start, count: count)
    }
}
