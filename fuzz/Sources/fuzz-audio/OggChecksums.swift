import Fuzzing

@_cdecl("LLVMFuzzerCustomMutator")
public func mutateSound(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ largest: Int, _ seed: UInt32) -> Int {
    mutate(bytes, count, largest, seed, mending: mendOggPages)
}

/// Puts the checksum of every Ogg page right (RFC 3533, section 6).
private func mendOggPages(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    var start = 0
    while start + 27 <= bytes.count {
        guard bytes[start..<start + 4].elementsEqual("OggS".utf8) else {
            start += 1
            continue
        }
        let bodyStart = start + 27 + Int(bytes[start + 26])
        guard bodyStart <= bytes.count else { return }
        let end = bodyStart + bytes[start + 27..<bodyStart].reduce(0) { $0 + Int($1) }
        guard end <= bytes.count else { return }
        for place in 22..<26 { bytes[start + place] = 0 }
        let sum = bytes[start..<end].reduce(UInt32(0)) { $0 << 8 ^ table[Int($0 >> 24) ^ Int($1)] }
        for byte in 0..<4 { bytes[start + 22 + byte] = UInt8(truncatingIfNeeded: sum >> (8 * byte)) }
        start = end
    }
}

private let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index) << 24) { value, _ in value << 1 ^ (value >> 31) * 0x04C1_1DB7 }
}
