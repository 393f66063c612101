import Foundation

/// Ridge regression of y on x, both centred; the intercept is not penalised.
///
/// Minimises Σ ‖y − Wx − b‖² / n + λ‖W‖² with λ = strength · mean variance of a channel of x, so that a strength means
/// the same whatever the scale of x.
struct RidgeRegression: RegularisedSolution {
    private let moments: PairMoments
    /// Whether y stays as it is. Else it is centred, and x meets it there: the constant that all pairs share says
    /// nothing about which of them belong together.
    private let anchored: Bool
    /// Eigenvalues of x's covariance and, a row each, its eigenvectors.
    private let variances: [Double]
    private let directions: Matrix
    /// The covariance of x and y in the basis of the eigenvectors.
    private let rotated: Matrix

    /// Throws `BaselineError.noConvergence`.
    init(_ moments: PairMoments, anchored: Bool) throws {
        let eigen = try moments.xx.symmetricEigen()
        (self.moments, self.anchored) = (moments, anchored)
        variances = eigen.values.map { max(0, $0) }
        directions = eigen.vectors
        rotated = eigen.vectors * moments.xy
    }

    /// The strength of `strengths` with the least generalised cross-validation error, the stronger of two equal ones
    /// (Golub, Heath and Wahba, Technometrics 21, 1979).
    var automaticStrength: Double {
        Self.strengths.map { ($0, crossValidationError(strength: $0)) }.reduce((Self.strengths[0], .infinity)) {
            $1.1 < $0.1 ? $1 : $0
        }.0
    }

    /// Residual of the fit over the share of freedom that it leaves, squared: (RSS / n) / (1 − df / n)².
    func crossValidationError(strength: Double) -> Double {
        let penalty = penalty(strength)
        var (residual, freedom) = (moments.yy.trace, 1.0)
        for (index, variance) in variances.enumerated() {
            let explained = rotated.row(index).reduce(0) { $0 + $1 * $1 }
            let shrunk = variance + penalty
            residual -= explained * (2 / shrunk - variance / (shrunk * shrunk))
            freedom += variance / shrunk
        }
        return max(0, residual) / pow(1 - freedom / Double(moments.count), 2)
    }

    func maps(strength: Double) -> (x: LinearMap, y: LinearMap?) {
        let inverses = variances.map { 1 / ($0 + penalty(strength)) }
        let centred = LinearMap(
            weight: (directions.transposed.scalingColumns(by: inverses) * rotated).transposed, centre: moments.meanX)
        return anchored ? (centred.adding(moments.meanY), nil) : (centred, LinearMap(centre: moments.meanY))
    }

    private func penalty(_ strength: Double) -> Double {
        strength * moments.xx.trace / Double(moments.xx.rows)
    }
}

/// A closed form with a strength of regularisation that is free to choose.
protocol RegularisedSolution {
    /// What to take without pairs to choose by.
    var automaticStrength: Double { get }

    /// The linear maps; without one for y that side is the identity. Throws `BaselineError.noConvergence`.
    func maps(strength: Double) throws -> (x: LinearMap, y: LinearMap?)
}

extension RegularisedSolution {
    /// What is chosen from, strongest first, in mean variances of a channel.
    static var strengths: [Double] { [100, 30, 10, 3, 1, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4, 1e-5, 1e-6] }
}
