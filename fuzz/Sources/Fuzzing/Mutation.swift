import CLibFuzzer

/// The body of a target's `LLVMFuzzerCustomMutator`: changes an input as libFuzzer would, then mostly mends its checksums, past
/// which no chance leads.
public func mutate(
    _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ largest: Int, _ seed: UInt32,
    mending mend: (UnsafeMutableBufferPointer<UInt8>) -> Void
) -> Int {
    let changed = LLVMFuzzerMutate(bytes, count, largest)
    if seed % 8 != 0 { mend(UnsafeMutableBufferPointer(start: bytes, count: changed)) }
    return changed
}

extension UnsafeMutableBufferPointer<UInt8> {
    /// Reads 32 bits; the highest byte comes first.
    public func bigEndian(at place: Int) -> Int { self[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
}
