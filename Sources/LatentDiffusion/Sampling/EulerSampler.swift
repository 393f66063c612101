import TensorCore

/// Euler's method on `dz/dσ = (z − x₀) / σ`; one network evaluation a step.
///
/// Equal to DDIM with η = 0 (Song et al., arXiv 2010.02502, equation 12) and, on a rectified flow,
/// as `x + (t' − t) · velocity`.
public struct EulerSampler: Sampler {
    public init() {}

    public func step(
        _ state: Tensor, from: NoiseLevel, to: NoiseLevel,
        denoise: (Tensor, NoiseLevel) throws -> Tensor
    ) throws -> Tensor {
        let denoised = try denoise(state, from)
        return Self.move(state, towards: denoised, from: from, to: to)
    }

    /// Moves the state, given the network's estimate of the clean latents.
    static func move(_ state: Tensor, towards denoised: Tensor, from: NoiseLevel, to: NoiseLevel) -> Tensor {
        if to.sigma == 0 { return denoised }
        let kept = to.sigma / from.sigma
        return state * Float(kept) + denoised * Float(1 - kept)
    }
}
