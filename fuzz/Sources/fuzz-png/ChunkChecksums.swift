import Fuzzing

@testable import PictureFiles

@_cdecl("LLVMFuzzerCustomMutator")
public func mutatePicture(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ largest: Int, _ seed: UInt32) -> Int {
    mutate(bytes, count, largest, seed, mending: mendChunks)
}

/// Puts the checksum of every chunk right (PNG specification, third edition, section 5.3).
private func mendChunks(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    var start = PNGChunks.signature.count
    while start + 12 <= bytes.count {
        let length = bytes.bigEndian(at: start)
        guard length <= bytes.count - start - 12 else { return }
        let sum = crc32(bytes[start + 4..<start + 8 + length])
        for byte in 0..<4 { bytes[start + 8 + length + byte] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * byte)) }
        start += 12 + length
    }
}

private func crc32(_ bytes: Slice<UnsafeMutableBufferPointer<UInt8>>) -> UInt32 {
    ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
}

private let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value >> 1 ^ (value & 1) * 0xEDB8_8320 }
}
