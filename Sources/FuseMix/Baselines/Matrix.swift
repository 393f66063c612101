import COpenBLAS

/// A row-major matrix of doubles, for the closed forms: small sides, products by BLAS, decompositions by LAPACK.
package struct Matrix: Sendable {
    package let rows: Int
    package let columns: Int
    package private(set) var values: [Double]

    /// - Parameter values: Row by row, as many as the sides say.
    package init(rows: Int, columns: Int, values: [Double]) {
        precondition(values.count == rows * columns, "\(values.count) values for [\(rows), \(columns)]")
        (self.rows, self.columns, self.values) = (rows, columns, values)
    }

    static func identity(_ size: Int) -> Matrix {
        var values = [Double](repeating: 0, count: size * size)
        for index in 0..<size { values[index * size + index] = 1 }
        return Matrix(rows: size, columns: size, values: values)
    }

    /// Sum of the diagonal.
    var trace: Double { (0..<min(rows, columns)).reduce(0) { $0 + values[$1 * columns + $1] } }

    /// Sum of the squares of all elements.
    package var squaredNorm: Double { values.reduce(0) { $0 + $1 * $1 } }

    func row(_ index: Int) -> ArraySlice<Double> { values[index * columns..<(index + 1) * columns] }

    /// The block of the given rows and columns.
    subscript(rowRange: Range<Int>, columnRange: Range<Int>) -> Matrix {
        Matrix(
            rows: rowRange.count, columns: columnRange.count,
            values: rowRange.flatMap {
                values[$0 * columns + columnRange.lowerBound..<$0 * columns + columnRange.upperBound]
            })
    }

    package var transposed: Matrix {
        var turned = [Double](repeating: 0, count: values.count)
        for row in 0..<rows {
            for column in 0..<columns { turned[column * rows + row] = values[row * columns + column] }
        }
        return Matrix(rows: columns, columns: rows, values: turned)
    }

    /// Returns the matrix with row i multiplied by `factors[i]`.
    package func scalingRows(by factors: [Double]) -> Matrix {
        precondition(factors.count == rows, "a factor a row")
        var scaled = self
        for row in 0..<rows {
            for column in 0..<columns { scaled.values[row * columns + column] *= factors[row] }
        }
        return scaled
    }

    /// Returns the matrix with column j multiplied by `factors[j]`.
    func scalingColumns(by factors: [Double]) -> Matrix {
        precondition(factors.count == columns, "a factor a column")
        var scaled = self
        for row in 0..<rows {
            for column in 0..<columns { scaled.values[row * columns + column] *= factors[column] }
        }
        return scaled
    }

    package static func * (a: Matrix, b: Matrix) -> Matrix {
        precondition(a.columns == b.rows, "[\(a.rows), \(a.columns)] times [\(b.rows), \(b.columns)]")
        var product = [Double](repeating: 0, count: a.rows * b.columns)
        blas_dgemm(
            false, false, Int32(a.rows), Int32(b.columns), Int32(a.columns), a.values, Int32(a.columns), b.values,
            Int32(b.columns), 0, &product, Int32(b.columns))
        return Matrix(rows: a.rows, columns: b.columns, values: product)
    }

    static func * (a: Matrix, vector: [Double]) -> [Double] {
        (a * Matrix(rows: vector.count, columns: 1, values: vector)).values
    }
}
