import TensorCore

/// Heun's second-order method on `dz/dσ = (z − x₀) / σ` (Karras et al., arXiv 2206.00364,
/// algorithm 1 without churn): two network evaluations a step, one in the last.
public struct HeunSampler: Sampler {
    public init() {}

    public func step(
        _ state: Tensor, from: NoiseLevel, to: NoiseLevel,
        denoise: (Tensor, NoiseLevel) throws -> Tensor
    ) throws -> Tensor {
        let denoised = try denoise(state, from)
        let guess = EulerSampler.move(state, towards: denoised, from: from, to: to)
        if to.sigma == 0 { return guess }
        let slope = (state - denoised) * Float(1 / from.sigma)
        let slopeThere = (guess - (try denoise(guess, to))) * Float(1 / to.sigma)
        // Correcting Euler's guess loses fewer digits than starting again from the far larger state.
        return guess + (slopeThere - slope) * Float((to.sigma - from.sigma) / 2)
    }
}
