import Foundation

/// The symmetric Beta(α, α) distribution, the source of mixing weights.
struct BetaDistribution: Sendable {
    let alpha: Double

    /// Returns a draw in [0, 1] that depends on the stream and the index alone.
    ///
    /// x / (x + y) with x and y from Gamma(α), computed from their logarithms, because at a small α both may be far
    /// below the smallest number. For α = 1 it is uniform.
    func sample(_ stream: RandomStream, index: Int) -> Double {
        if alpha == 1 { return stream.uniform(index << Self.attemptBits) }
        var uniforms = Uniforms(stream: stream, next: index << Self.attemptBits)
        let x = logGamma(&uniforms), y = logGamma(&uniforms)
        return 1 / (1 + exp(y - x))
    }

    /// Bits for the indices of uniform numbers within one draw: far more than rejection ever needs.
    private static let attemptBits = 12

    private struct Uniforms {
        let stream: RandomStream
        var next: Int

        mutating func draw() -> Double {
            defer { next += 1 }
            return stream.uniform(next)
        }

        mutating func normal() -> Double {
            let radius = (-2 * log(draw())).squareRoot()
            return radius * cos(2 * .pi * draw())
        }
    }

    /// The logarithm of a draw from Gamma(α): Marsaglia and Tsang, “A simple method for generating gamma variables”
    /// (2000); below 1 by their boost, Gamma(α) = Gamma(α + 1) · U^(1/α).
    private func logGamma(_ uniforms: inout Uniforms) -> Double {
        let boost = alpha < 1 ? log(uniforms.draw()) / alpha : 0
        let d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = uniforms.normal()
            let v = pow(1 + c * x, 3)
            if v > 0, log(uniforms.draw()) < x * x / 2 + d - d * v + d * log(v) { return log(d * v) + boost }
        }
    }
}
