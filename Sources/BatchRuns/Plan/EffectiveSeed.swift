import FilesOnDisk

/// The seed of an item in a batch, which makes its pictures independent of the other items.
public enum EffectiveSeed {
    /// Mask of 63 bits, so that every seed is also a signed 64-bit number, as JSON readers like.
    static let mask = UInt64(Int64.max)

    /// Returns the FNV-1a hash, 64 bits, over the eight bytes of `base`, lowest first, then the UTF-8 bytes of `path`;
    /// the highest bit of the result is cleared.
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

    /// Returns the seeds of an item's pictures: `first`, `first` + 1, …; the largest is followed by 0.
    static func sequence(from first: UInt64, count: Int) -> [UInt64] {
        (0..<UInt64(count)).map { (first &+ $0) & mask }
    }
}
