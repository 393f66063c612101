import TensorCore

/// Many strings as one blob of UTF-8 and the offset of each, possibly mapped from a file.
///
/// A million ids in a safetensors header would make the header larger than the format allows; as tensors they are read
/// on demand.
public struct StringTable: Sendable, RandomAccessCollection {
    /// `[bytes]`, U8.
    let bytes: Tensor
    /// `[count + 1]`, I64: string i is at `offsets[i]..<offsets[i + 1]`.
    let offsets: Tensor

    public let startIndex = 0
    public let endIndex: Int

    public init(_ strings: some Collection<String>) {
        var blob: [UInt8] = []
        var ends: [Int64] = [0]
        ends.reserveCapacity(strings.count + 1)
        for string in strings {
            blob.append(contentsOf: string.utf8)
            ends.append(Int64(blob.count))
        }
        bytes = blob.withUnsafeBytes { Tensor(copying: $0, shape: [blob.count], dtype: .uint8) }
        offsets = ends.withUnsafeBytes { Tensor(copying: $0, shape: [ends.count], dtype: .int64) }
        endIndex = strings.count
    }

    /// Takes a table as stored in a file. Nil unless the offsets ascend from 0 to the blob's length and every string
    /// between them is valid UTF-8.
    init?(bytes: Tensor, offsets: Tensor) {
        guard bytes.dtype == .uint8, bytes.shape.count == 1, offsets.dtype == .int64, offsets.shape.count == 1,
            offsets.count >= 1
        else { return nil }
        let isSound = bytes.withBytes { blob in
            offsets.withBytes { raw in
                let offsets = raw.bindMemory(to: Int64.self)
                guard offsets[0] == 0, offsets[offsets.count - 1] == blob.count else { return false }
                return offsets.indices.dropLast().allSatisfy { index in
                    let (start, end) = (offsets[index], offsets[index + 1])
                    guard 0 <= start, start <= end, end <= blob.count else { return false }
                    return String(validating: blob[Int(start)..<Int(end)], as: UTF8.self) != nil
                }
            }
        }
        guard isSound else { return nil }
        (self.bytes, self.offsets, endIndex) = (bytes, offsets, offsets.count - 1)
    }

    public subscript(index: Int) -> String {
        precondition(indices ~= index, "string \(index) of \(endIndex)")
        let range = offsets.withBytes { raw in
            let offsets = raw.bindMemory(to: Int64.self)
            return Int(offsets[index])..<Int(offsets[index + 1])
        }
        return bytes.withBytes { String(decoding: $0[range], as: UTF8.self) }
    }
}
