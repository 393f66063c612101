import TensorCore

/// Euler's method on the path of the diffusion, with a share of the noise made anew; one network evaluation a step.
///
/// With η = 0 it is Euler's method on `dz/dσ = (z − x₀) / σ` and the same as DDIM (Song et al., arXiv 2010.02502,
/// equation 12 and section 4.3); on a rectified flow, `x + (t' − t) · velocity`. With η = 1 it draws from the posterior
/// `p(x' | x, x₀)`: DDPM (Ho et al., arXiv 2006.11239, equation 7) and the ancestral Euler of k-diffusion, which differ in
/// their levels only.
public struct EulerSampler: Sampler {
    /// Share of the posterior's noise that is made anew, 0 to 1.
    public let eta: Double

    public init(eta: Double = 0) { self.eta = eta }

    public func step(
        _ state: Tensor, _ step: NoisePath.Step, noise: () throws -> Tensor,
        denoise: (Tensor, NoiseLevel) throws -> Tensor
    ) throws -> Tensor {
        let denoised = try denoise(state, step.from)
        return try Self.move(state, towards: denoised, step, eta: eta, noise: noise)
    }

    /// Moves the state along a step, given an estimate of the clean latents.
    static func move(
        _ state: Tensor, towards denoised: Tensor, _ step: NoisePath.Step, eta: Double, noise: () throws -> Tensor
    ) rethrows -> Tensor {
        let (from, to) = (step.from, step.to)
        if to.sigma == 0 { return denoised }
        let ratio = to.sigma * from.signal / (to.signal * from.sigma)
        let fresh = eta * max(1 - ratio * ratio, 0).squareRoot()
        let moved = move(state, towards: denoised, from: from, to: to, fresh: fresh)
        return fresh == 0 ? moved : moved + (try noise()) * Float(to.sigma * fresh)
    }

    /// - Parameter fresh: Share of the noise that is left for the caller to add.
    static func move(
        _ state: Tensor, towards denoised: Tensor, from: NoiseLevel, to: NoiseLevel, fresh: Double = 0
    ) -> Tensor {
        if to.sigma == 0 { return denoised }
        let kept = to.sigma / from.sigma * (1 - fresh * fresh).squareRoot()
        return state * Float(kept) + denoised * Float(to.signal - from.signal * kept)
    }
}
