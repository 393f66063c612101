import FuseMix
import TensorCore

/// Squared Fréchet distance between two sets of features, each modelled as a Gaussian (Heusel et al., arXiv 1706.08500,
/// equation 6): `‖μ₁ − μ₂‖² + Tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½)`, covariances divided by n − 1 as in pytorch-fid.
///
/// With `Σ = FᵀF` the last trace is the sum of the singular values of `F₁F₂ᵀ`. This is exact even where a set has fewer
/// pictures than channels, so that `Σ₁Σ₂` is singular. Such small sets still overestimate the distance of their
/// distributions, so only sets of similar size can be compared.
public struct FrechetDistance: Sendable, Codable, Equatable {
    public let value: Double
    /// Number of generated pictures, and of real ones.
    public let generated: Int
    public let real: Int
    /// Length of a picture's features.
    public let channels: Int

    static let rule = """
        The squared Fréchet distance between Gaussians fitted to the features of the generated pictures and of the real \
        pictures of their concepts, covariances divided by n - 1; only sets of like sizes compare.
        """

    /// - Parameters:
    ///   - generated: `[count, channels]`, count at least 2; `real` likewise.
    /// - Throws: `BaselineError.noConvergence`.
    public init(generated: Tensor, real: Tensor) throws {
        precondition(generated.channels == real.channels, "features of one length")
        let (first, second) = (try Gaussian(generated), try Gaussian(real))
        let means = zip(first.mean, second.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let common = try (first.factor * second.factor.transposed).singularValues().s.reduce(0, +)
        value = max(0, means + first.factor.squaredNorm + second.factor.squaredNorm - 2 * common)
        (self.generated, self.real, channels) = (generated.shape[0], real.shape[0], generated.channels)
    }
}

/// Mean and covariance of rows.
private struct Gaussian {
    let mean: [Double]
    /// `F` with `FᵀF` the covariance, in at most as many rows as there are channels.
    let factor: Matrix

    init(_ rows: Tensor) throws {
        let (count, channels) = (rows.shape[0], rows.channels)
        precondition(count >= 2, "a covariance takes two rows")
        var values = rows.float32().floats.map(Double.init)
        var mean = [Double](repeating: 0, count: channels)
        for index in values.indices { mean[index % channels] += values[index] }
        for channel in mean.indices { mean[channel] /= Double(count) }
        let scale = 1 / Double(count - 1).squareRoot()
        for index in values.indices { values[index] = (values[index] - mean[index % channels]) * scale }
        let centred = Matrix(rows: count, columns: channels, values: values)
        self.mean = mean
        if count <= channels {
            factor = centred
        } else {
            let eigen = try (centred.transposed * centred).symmetricEigen()
            factor = eigen.vectors.scalingRows(by: eigen.values.map { max(0, $0).squareRoot() })
        }
    }
}
