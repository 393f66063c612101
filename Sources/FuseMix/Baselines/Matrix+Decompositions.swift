import COpenBLAS

extension Matrix {
    /// Returns the eigenvalues, ascending, and eigenvectors, one per row, of a symmetric matrix. Throws
    /// `BaselineError.noConvergence`.
    package func symmetricEigen() throws -> (values: [Double], vectors: Matrix) {
        precondition(rows == columns, "a square matrix")
        var (vectors, eigenvalues) = (values, [Double](repeating: 0, count: rows))
        try withWorkspace { work, workSize, integers, integerSize in
            lapack_dsyevd(Int32(rows), &vectors, &eigenvalues, work, workSize, integers, integerSize)
        }
        // Column-major columns are row-major rows.
        return (eigenvalues, Matrix(rows: rows, columns: rows, values: vectors))
    }

    /// u · diag(s) · vt with k = min(rows, columns) singular values, descending: u `[rows, k]`, vt `[k, columns]`.
    /// Throws `BaselineError.noConvergence`.
    package func singularValues() throws -> (u: Matrix, s: [Double], vt: Matrix) {
        let rank = min(rows, columns)
        var (matrix, s) = (values, [Double](repeating: 0, count: rank))
        // LAPACK sees the transpose, so its u is this matrix's vᵀ and vice versa, both row-major.
        var (vt, u) = ([Double](repeating: 0, count: rank * columns), [Double](repeating: 0, count: rows * rank))
        var integers = [Int32](repeating: 0, count: 8 * rank)
        try withWorkspace { work, workSize, _, _ in
            lapack_dgesdd(Int32(columns), Int32(rows), &matrix, &s, &vt, &u, work, workSize, &integers)
        }
        return (
            Matrix(rows: rows, columns: rank, values: u), s, Matrix(rows: rank, columns: columns, values: vt)
        )
    }

    /// Calls a LAPACK routine twice: with sizes of −1 to ask how much workspace it needs, then with that workspace.
    ///
    /// - Parameter routine: Returns LAPACK's `info`.
    private func withWorkspace(
        _ routine: (UnsafeMutablePointer<Double>, Int32, UnsafeMutablePointer<Int32>, Int32) -> Int32
    ) throws {
        var (wanted, integersWanted) = (0.0, Int32(1))
        _ = routine(&wanted, -1, &integersWanted, -1)
        let (size, integerSize) = (Int32(wanted), max(1, integersWanted))
        var work = [Double](repeating: 0, count: Int(size))
        var integers = [Int32](repeating: 0, count: Int(integerSize))
        let info = routine(&work, size, &integers, integerSize)
        precondition(info >= 0, "argument \(-info) of a LAPACK routine")
        guard info == 0 else { throw BaselineError.noConvergence }
    }
}
