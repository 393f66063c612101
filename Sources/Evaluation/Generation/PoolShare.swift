import TensorCore

/// How far something stands out from a pool: what AIS and IIS are made of.
enum PoolShare {
    /// Share of `others` that lie below `own`; a tie counts against it. `others` is not empty.
    static func below(_ own: Double, _ others: some Collection<Double>) -> Double {
        Double(others.count { $0 < own }) / Double(others.count)
    }

    /// Dot products of one row with all rows of others, in double precision.
    ///
    /// - Parameters:
    ///   - row: `[channels]`.
    ///   - others: `[count, channels]`.
    static func scores(of row: Tensor, with others: Tensor) -> [Double] {
        row.withFloats { row in
            others.withFloats { others in
                (0..<others.count / row.count).map { start in
                    row.indices.reduce(0) { $0 + Double(row[$1]) * Double(others[start * row.count + $1]) }
                }
            }
        }
    }
}
