import Foundation

extension Tensor {
    /// Copies elements that lie in memory as `dtype` says; `bytes` has as many bytes as the shape needs.
    package init(copying bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType) {
        let byteCount = shape.reduce(dtype.size, *)
        precondition(bytes.count == byteCount, "\(bytes.count) bytes for \(shape) of \(dtype.rawValue)")
        let storage = TensorStorage(byteCount: byteCount)
        if let source = bytes.baseAddress { storage.base.copyMemory(from: source, byteCount: byteCount) }
        self.init(storage: storage, byteOffset: 0, shape: shape, dtype: dtype)
    }

    /// Stacks tensors of one shape and element type, at least one: n of them → `[n, …]`.
    package static func stackedAsTheyAre(_ items: [Tensor]) -> Tensor {
        let (shape, dtype) = (items[0].shape, items[0].dtype)
        let size = shape.reduce(dtype.size, *)
        let storage = TensorStorage(byteCount: items.count * size)
        for (place, item) in items.enumerated() {
            precondition(item.shape == shape && item.dtype == dtype, "tensors of different kinds")
            item.withBytes { bytes in
                if let source = bytes.baseAddress {
                    (storage.base + place * size).copyMemory(from: source, byteCount: size)
                }
            }
        }
        return Tensor(storage: storage, byteOffset: 0, shape: [items.count] + shape, dtype: dtype)
    }

    /// Maps the elements of a file from `byteOffset` to its end, without a copy.
    ///
    /// Nil when the file has fewer or more bytes there than the shape needs, or the offset is not a multiple of the
    /// element's size. Throws `TensorFileError.unreadable`.
    package init?(mapping url: URL, byteOffset: Int, shape: [Int], dtype: DType) throws {
        let storage = try TensorStorage(mapping: url)
        guard let byteCount = dtype.byteCount(of: shape) else { return nil }
        guard byteOffset >= 0, byteOffset % dtype.size == 0, storage.byteCount - byteOffset == byteCount else {
            return nil
        }
        self.init(storage: storage, byteOffset: byteOffset, shape: shape, dtype: dtype)
    }

    /// Tells the system that rows of a mapped tensor will be read in random order; does nothing for other tensors.
    package func expectRandomReads() { storage.expectRandomReads() }
}
