import FilesOnDisk

/// The seed of an item in a run of many, so that a picture does not depend on what else is in the run.
public enum EffectiveSeed {
    /// Seeds have 63 bits: every one of them is also a signed 64-bit number, as JSON readers like.
    static let mask = UInt64(Int64.max)

    /// FNV-1a, 64 bits, over the eight bytes of `base`, lowest first,
    /// then the UTF-8 bytes of `path`; the highest bit of the result is cleared.
    ///
    /// - Parameters:
    ///   - base: the run's seed.
    ///   - path: the item's path within the run, its parts separated by `/`.
    public static func hash(base: UInt64, path: String) -> UInt64 {
        var hash = FNV1a()
        withUnsafeBytes(of: base.littleEndian) { hash.add($0) }
        hash.add(path)
        return hash.value & mask
    }

    /// The seeds of an item's pictures: `first`, `first` + 1, …; after the largest comes 0.
    static func sequence(from first: UInt64, count: Int) -> [UInt64] {
        (0..<UInt64(count)).map { (first &+ $0) & mask }
    }
}
