import TensorCore

/// What tells a transformer where a token stands: a table with a row for each place of the trained size.
///
/// When the table is that of sinusoids (sine and cosine of the row, then of the column, as
/// `Training/networks.py` makes it), it goes on beyond that size; a learned one does not.
struct TokenPositions: Sendable {
    /// `[side · side, hidden]`, row by row.
    private let table: Tensor
    private let side: Int
    private let isSinusoidal: Bool

    /// What half precision leaves of numbers from −1 to 1.
    private static let tolerance: Float = 1e-3

    /// - Parameter table: `[side · side, hidden]`.
    init(_ table: Tensor, side: Int) {
        (self.table, self.side) = (table, side)
        let sinusoids = Self.sinusoids(rows: side, columns: side, hidden: table.channels)
        isSinusoidal =
            sinusoids.map { zip($0.floats, table.floats).allSatisfy { abs($0 - $1) <= Self.tolerance } } ?? false
    }

    /// `[rows · columns, hidden]`; nil for a size that a learned table lacks.
    func callAsFunction(rows: Int, columns: Int) -> Tensor? {
        if rows == side, columns == side { return table }
        return isSinusoidal ? Self.sinusoids(rows: rows, columns: columns, hidden: table.channels) : nil
    }

    /// Nil when `hidden` cannot be cut into four.
    private static func sinusoids(rows: Int, columns: Int, hidden: Int) -> Tensor? {
        guard hidden % 4 == 0 else { return nil }
        let quarter = hidden / 4
        let span = PortableMath.log(10_000)
        let frequencies = (0..<quarter).map { PortableMath.exp(-span * Double($0) / Double(quarter)) }
        let axis = (0..<max(rows, columns)).map { place in
            let angles = frequencies.map { PortableMath.sineAndCosine(radians: Double(place) * $0) }
            return angles.map { Float($0.sine) } + angles.map { Float($0.cosine) }
        }
        let values = (0..<rows).flatMap { row in (0..<columns).flatMap { axis[row] + axis[$0] } }
        return Tensor(values, shape: [rows * columns, hidden])
    }
}
