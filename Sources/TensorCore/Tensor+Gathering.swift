import CKernels

extension Tensor {
    /// Entries of the leading axis in the given order, as floats: `[n, …]` → `[indices, …]`.
    ///
    /// Only the pages that hold those entries are read from a mapped tensor.
    public func gathered(_ indices: some Collection<Int>) -> Tensor {
        precondition(dtype == .float32 || dtype == .float16, "floats of 4 or 2 bytes, not \(dtype.rawValue)")
        precondition(!shape.isEmpty, "a scalar has no entries")
        let length = shape.dropFirst().reduce(1, *), entries = shape[0]
        return Tensor(shape: [indices.count] + shape.dropFirst()) { gathered in
            guard var target = gathered.baseAddress, length > 0 else { return }
            withBytes { bytes in
                for index in indices {
                    precondition(0..<entries ~= index, "entry \(index) of \(entries)")
                    guard let source = bytes.baseAddress.map({ $0 + index * length * dtype.size }) else { return }
                    if dtype == .float32 {
                        target.update(from: source.assumingMemoryBound(to: Float.self), count: length)
                    } else {
                        ck_float16_to_float32(source.assumingMemoryBound(to: UInt16.self), target, Int64(length))
                    }
                    target += length
                }
            }
        }
    }
}
