import CKernels

/// Which hidden channels a step drops: a function of seed, step, tower and block, never stored.
struct Dropout: Sendable {
    let share: Double
    let seed: UInt64
    /// Tells the two towers apart.
    let tower: Int

    /// Channels are dropped in steps of 2⁻¹⁶ of the share.
    private static let levels = 65536.0
    /// Blocks of one tower stay below this.
    private static let blocksATower: UInt32 = 256

    /// The mask of one block from a row of the batch on.
    func mask(step: Int, block: Int, firstRow: Int) -> ck_dropout {
        let key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        let purpose = RandomStream.Purpose.dropout.rawValue + UInt32(tower) * Self.blocksATower + UInt32(block)
        return ck_dropout(
            key: key, time: UInt32(truncatingIfNeeded: step), purpose: purpose,
            threshold: UInt32((share * Self.levels).rounded()), scale: Float(1 / (1 - share)),
            first_row: Int64(firstRow))
    }

    /// What drops nothing.
    static let none = ck_dropout(key: (0, 0), time: 0, purpose: 0, threshold: 0, scale: 1, first_row: 0)
}
