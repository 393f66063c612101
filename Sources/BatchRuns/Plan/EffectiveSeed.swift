/// The seed of an item in a run of many, so that a picture does not depend on what else is in the run.
public enum EffectiveSeed {
    /// Seeds have 63 bits: every one of them is also a signed 64-bit number, as JSON readers like.
    static let mask = UInt64(Int64.max)

    /// FNV-1a, 64 bits (Fowler, Noll, Vo; RFC 9923), over the eight bytes of `base`, lowest first,
    /// then the UTF-8 bytes of `path`; the highest bit of the result is cleared.
    ///
    /// - Parameters:
    ///   - base: the run's seed.
    ///   - path: the item's path within the run, its parts separated by `/`.
    public static func hash(base: UInt64, path: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func take(_ byte: UInt8) {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        for shift in stride(from: UInt64(0), to: 64, by: 8) { take(UInt8(truncatingIfNeeded: base >> shift)) }
        for byte in path.utf8 { take(byte) }
        return hash & mask
    }

    /// The seeds of an item's pictures: `first`, `first` + 1, …; after the largest comes 0.
    static func sequence(from first: UInt64, count: Int) -> [UInt64] {
        (0..<UInt64(count)).map { (first &+ $0) & mask }
    }
}
