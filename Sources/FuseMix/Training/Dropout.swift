import CKernels

/// The hidden channels that a step drops: a function of seed, step, tower and block, never stored.
struct Dropout: Sendable {
    let share: Double
    let seed: UInt64
    /// Index that tells the two towers apart.
    let tower: Int

    /// Resolution of the share: it is rounded to a multiple of 2⁻¹⁶.
    private static let levels = 65536.0
    /// Limit on the blocks of one tower.
    private static let blocksATower: UInt32 = 256

    /// The mask of one block, starting at a row of the batch.
    func mask(step: Int, block: Int, firstRow: Int) -> ck_dropout {
        let key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        let purpose = RandomStream.Purpose.dropout.rawValue + UInt32(tower) * Self.blocksATower + UInt32(block)
        return ck_dropout(
            key: key, time: UInt32(truncatingIfNeeded: step), purpose: purpose,
            threshold: UInt32((share * Self.levels).rounded()), scale: Float(1 / (1 - share)),
            first_row: Int64(firstRow))
    }

    /// A mask that drops nothing.
    static let none = ck_dropout(key: (0, 0), time: 0, purpose: 0, threshold: 0, scale: 1, first_row: 0)
}
