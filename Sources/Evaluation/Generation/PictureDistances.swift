import TensorCore

/// Euclidean distances between rows of length 1, from 0 (alike) to 2, in double precision.
struct PictureDistances {
    private let rows: Tensor

    /// - Parameter rows: `[pictures, channels]`, each of length 1.
    init(_ rows: Tensor) { self.rows = rows }

    func callAsFunction(_ first: Int, _ second: Int) -> Double { self(first, rows, second) }

    /// Returns the distance of a row to a row of `others`.
    func callAsFunction(_ row: Int, _ others: Tensor, _ other: Int) -> Double {
        rows.item(row).withFloats { first in
            others.item(other).withFloats { second in
                var sum = 0.0
                for index in first.indices {
                    let difference = Double(first[index]) - Double(second[index])
                    sum += difference * difference
                }
                return sum.squareRoot()
            }
        }
    }

    /// Returns the mean over all pairs of the given rows; nil for fewer than two rows.
    func meanOfPairs(_ indices: [Int]) -> Double? {
        guard indices.count >= 2 else { return nil }
        var sum = 0.0
        for (place, first) in indices.enumerated() {
            for second in indices[(place + 1)...] { sum += self(first, second) }
        }
        return sum / Double(indices.count * (indices.count - 1) / 2)
    }
}
