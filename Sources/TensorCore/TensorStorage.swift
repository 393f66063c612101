import Foundation

/// The memory behind tensors: 64-byte aligned and owned, or a file mapped read-only.
///
/// Sendable because memory is written only while the tensor that owns it is being made.
final class TensorStorage: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
    private let isMapped: Bool

    /// Large tensors lie in huge pages where the system has them, since each fresh page that is written costs a fault.
    init(byteCount: Int) {
        self.byteCount = byteCount
        isMapped = false
        if byteCount < Self.largeSize {
            base = .allocate(byteCount: max(byteCount, 1), alignment: 64)
        } else if let recycled = RecycledMemory.shared.take(byteCount) {
            base = recycled
        } else {
            base = .allocate(byteCount: byteCount, alignment: Self.hugePage)
            madvise(base, byteCount, MADV_HUGEPAGE)
        }
    }

    private static let hugePage = 2 << 20
    private static let largeSize = 8 << 20

    /// Maps a whole file. Throws `TensorFileError.unreadable`.
    init(mapping url: URL) throws {
        let path = url.path(percentEncoded: false)
        // A pipe would be waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw TensorFileError.unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw TensorFileError.unreadable(path: path, reason: "not a regular file")
        }
        byteCount = Int(status.st_size)
        guard byteCount > 0 else { throw TensorFileError.unreadable(path: path, reason: "the file is empty") }
        guard let mapped = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0), mapped != MAP_FAILED else {
            throw TensorFileError.unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        base = mapped
        isMapped = true
    }

    /// Tells the system that parts of a mapped file will be read in random order, so it reads no more than requested.
    func expectRandomReads() {
        if isMapped { madvise(base, byteCount, MADV_RANDOM) }
    }

    /// Lets go of the pages of a mapped file that were read; they are read again where they are needed.
    func releasePages() {
        if isMapped { madvise(base, byteCount, MADV_DONTNEED) }
    }

    /// The elements from `byteOffset`, which lie within the storage; without a copy where that is a multiple of their
    /// size.
    func tensor(at byteOffset: Int, shape: [Int], dtype: DType) -> Tensor {
        if byteOffset % dtype.size == 0 {
            return Tensor(storage: self, byteOffset: byteOffset, shape: shape, dtype: dtype)
        }
        let bytes = UnsafeRawBufferPointer(start: base + byteOffset, count: shape.reduce(dtype.size, *))
        defer { withExtendedLifetime(self) {} }
        return Tensor(copying: bytes, shape: shape, dtype: dtype)
    }

    deinit {
        if isMapped {
            munmap(base, byteCount)
        } else if byteCount < Self.largeSize || !RecycledMemory.shared.keep(base, byteCount) {
            base.deallocate()
        }
    }
}
