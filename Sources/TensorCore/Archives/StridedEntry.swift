/// A tensor's place in a mapped file, whose elements need not lie one behind the other.
struct StridedEntry {
    let dtype: DType
    let shape: [Int]
    /// In elements.
    let strides: [Int]
    /// Offset of the first element in the file, in bytes.
    let start: Int

    /// The tensor, without a copy where its elements lie one behind the other. All of them lie within the storage.
    func tensor(in storage: TensorStorage) -> Tensor {
        let packed = Self.rowMajor(shape)
        if shape.contains(0) || shape.indices.allSatisfy({ shape[$0] == 1 || strides[$0] == packed[$0] }) {
            return storage.tensor(at: start, shape: shape, dtype: dtype)
        }
        return gathered(from: storage)
    }

    /// The strides of elements that lie row after row; of no meaning where there are none, as lengths beside a zero may be any.
    static func rowMajor(_ shape: [Int]) -> [Int] {
        var strides = Array(repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] &* max(shape[axis + 1], 1) }
        return strides
    }

    private func gathered(from storage: TensorStorage) -> Tensor {
        defer { withExtendedLifetime(storage) {} }
        let size = dtype.size
        let copy = TensorStorage(byteCount: shape.reduce(size, *))
        var index = Array(repeating: 0, count: shape.count)
        var target = copy.base, source = storage.base + start
        for _ in 0..<shape.reduce(1, *) {
            target.copyMemory(from: source, byteCount: size)
            target += size
            for axis in shape.indices.reversed() {
                index[axis] += 1
                source += strides[axis] * size
                if index[axis] < shape[axis] { break }
                source -= strides[axis] * shape[axis] * size
                index[axis] = 0
            }
        }
        return Tensor(storage: copy, byteOffset: 0, shape: shape, dtype: dtype)
    }
}
