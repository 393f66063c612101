/// The rotation that brings centred x nearest to centred y (Schönemann, Psychometrika 31, 1966).
///
/// With the covariance xy = U · S · Vᵀ, R = U · Vᵀ maximises the sum of the products of xR and y over all matrices
/// whose shorter side is orthonormal. If x is the narrower side or the sides are equal, R keeps lengths and distances
/// and is the least-squares solution; if x is the wider one, R drops the directions of x that it maps to zero.
struct OrthogonalProcrustes {
    private let moments: PairMoments
    /// `[channels of x, channels of y]`.
    let rotation: Matrix

    /// Throws `BaselineError.noConvergence`.
    init(_ moments: PairMoments) throws {
        let factors = try moments.xy.singularValues()
        self.moments = moments
        rotation = factors.u * factors.vt
    }

    /// Maps that centre and rotate x into the space of y.
    ///
    /// - Parameter anchored: Whether y stays as it is: the rotated x is then scaled to centred y by least squares, and
    ///   moved to the mean of y. Otherwise y is centred too.
    func maps(anchored: Bool) -> (x: LinearMap, y: LinearMap?) {
        let turned = LinearMap(weight: rotation.transposed, centre: moments.meanX)
        guard anchored else { return (turned, LinearMap(centre: moments.meanY)) }
        let scaled = LinearMap(
            weight: rotation.transposed.scalingRows(by: Array(repeating: scale, count: rotation.columns)),
            centre: moments.meanX)
        return (scaled.adding(moments.meanY), nil)
    }

    /// The scale s that minimises Σ ‖s · xR − y‖².
    private var scale: Double {
        let turned = rotation.transposed
        return (turned * moments.xy).trace / (turned * moments.xx * rotation).trace
    }
}
