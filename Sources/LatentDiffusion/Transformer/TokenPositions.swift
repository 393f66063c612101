import TensorCore

/// Position embeddings of a transformer's tokens: a table with a row for each position of the trained size.
///
/// When the table holds sinusoids (sine and cosine of the row, then of the column, as `Training/networks.py` makes it),
/// it serves other sizes as well; a learned one does not. Fewer tokens spread over the positions of the trained size,
/// more tokens extend beyond both ends: so a smaller picture shows the whole scene, and a larger one shows it at its
/// own size in the middle.
struct TokenPositions: Sendable {
    /// `[side · side, hidden]`, row by row.
    private let table: Tensor
    private let side: Int
    private let isSinusoidal: Bool

    /// Rounding error of half precision for numbers from −1 to 1.
    private static let tolerance: Float = 1e-3

    /// - Parameter table: `[side · side, hidden]`.
    init(_ table: Tensor, side: Int) {
        (self.table, self.side) = (table, side)
        let sinusoids = Self.sinusoids(rows: side, columns: side, trained: side, hidden: table.channels)
        isSinusoidal =
            sinusoids.map { zip($0.floats, table.floats).allSatisfy { abs($0 - $1) <= Self.tolerance } } ?? false
    }

    /// Whether it has positions for a size; a learned table has them for its own only.
    func serves(rows: Int, columns: Int) -> Bool { isSinusoidal || (rows == side && columns == side) }

    /// The position embeddings `[rows · columns, hidden]`; nil for a size that it does not serve.
    func callAsFunction(rows: Int, columns: Int) -> Tensor? {
        if rows == side, columns == side { return table }
        guard serves(rows: rows, columns: columns) else { return nil }
        return Self.sinusoids(rows: rows, columns: columns, trained: side, hidden: table.channels)
    }

    /// Sinusoids for a size; nil when `hidden` is not a multiple of four.
    private static func sinusoids(rows: Int, columns: Int, trained: Int, hidden: Int) -> Tensor? {
        guard hidden % 4 == 0 else { return nil }
        let quarter = hidden / 4
        let span = PortableMath.log(10_000)
        let frequencies = (0..<quarter).map { PortableMath.exp(-span * Double($0) / Double(quarter)) }
        func axis(_ count: Int) -> [[Float]] {
            places(count, trained: trained).map { place in
                let angles = frequencies.map { PortableMath.sineAndCosine(radians: place * $0) }
                return angles.map { Float($0.sine) } + angles.map { Float($0.cosine) }
            }
        }
        let across = axis(columns)
        let values = axis(rows).flatMap { row in across.flatMap { row + $0 } }
        return Tensor(values, shape: [rows * columns, hidden])
    }

    private static func places(_ count: Int, trained: Int) -> [Double] {
        (0..<count).map { token in
            count < trained
                ? (Double(token) + 0.5) * Double(trained) / Double(count) - 0.5
                : Double(token) - Double(count - trained) / 2
        }
    }
}
