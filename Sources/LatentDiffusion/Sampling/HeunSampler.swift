import TensorCore

/// Heun's second-order method on `dz/dτ = (z − x₀) / τ` (Karras et al., arXiv 2206.00364,
/// algorithm 1 without churn): two network evaluations a step, one in the last.
public struct HeunSampler: Sampler {
    public init() {}

    public func step(
        _ state: Tensor, _ step: NoisePath.Step, noise: () throws -> Tensor,
        denoise: (Tensor, NoiseLevel) throws -> Tensor
    ) throws -> Tensor {
        let (from, to) = (step.from, step.to)
        let denoised = try denoise(state, from)
        let guess = EulerSampler.move(state, towards: denoised, from: from, to: to)
        if to.sigma == 0 { return guess }
        let slope = Self.slope(state, denoised, at: from)
        let slopeThere = Self.slope(guess, try denoise(guess, to), at: to)
        let distance = to.sigma / to.scale - from.sigma / from.scale
        // Correcting Euler's guess loses fewer digits than starting again from the far larger state.
        return guess + (slopeThere - slope) * Float(to.scale * distance / 2)
    }

    /// `dz/dτ`, written in the state.
    private static func slope(_ state: Tensor, _ denoised: Tensor, at level: NoiseLevel) -> Tensor {
        (state - denoised * Float(level.scale)) * Float(1 / level.sigma)
    }
}
