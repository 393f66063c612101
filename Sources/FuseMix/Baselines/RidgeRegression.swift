import Foundation

/// Ridge regression of y on x, both centred; the intercept is not penalised.
///
/// Minimises Σ ‖y − Wx − b‖² / n + λ‖W‖² with λ = strength · mean variance of a channel of x, so that a strength means
/// the same whatever the scale of x.
struct RidgeRegression: RegularisedSolution {
    private let moments: PairMoments
    /// Whether y stays as it is. Otherwise it is centred, and x is mapped to centred y: the mean that all pairs share
    /// does not tell which of them belong together.
    private let anchored: Bool
    /// Eigenvalues and eigenvectors of x's covariance, one eigenvector per row.
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

    /// The generalised cross-validation error (RSS / n) / (1 − df / n)²: the mean residual over the squared share of
    /// degrees of freedom left.
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

/// A closed form whose regularisation strength can be chosen.
protocol RegularisedSolution {
    /// The strength to take without held-out pairs.
    var automaticStrength: Double { get }

    /// The linear maps; without one for y that side is the identity. Throws `BaselineError.noConvergence`.
    func maps(strength: Double) throws -> (x: LinearMap, y: LinearMap?)
}

extension RegularisedSolution {
    /// Strengths to choose from, strongest first, in mean variances of a channel.
    static var strengths: [Double] { [100, 30, 10, 3, 1, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4, 1e-5, 1e-6] }
}
