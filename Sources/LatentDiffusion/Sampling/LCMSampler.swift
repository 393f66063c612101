import TensorCore

/// Sampling from a latent consistency model (Luo et al., arXiv 2310.04378, algorithm 3): each step jumps to clean latents
/// and noises them again; one network evaluation a step.
public struct LCMSampler: Sampler {
    /// Factor from a level's timestep to the time of the boundary condition.
    public let timeScale: Double

    public init(timeScale: Double) { self.timeScale = timeScale }

    public func step(
        _ state: Tensor, _ step: NoisePath.Step, noise: () throws -> Tensor,
        denoise: (Tensor, NoiseLevel) throws -> Tensor
    ) throws -> Tensor {
        let denoised = try denoise(state, step.from)
        let clean = atBoundary(denoised, state, time: Double(step.from.timestep) * timeScale)
        if step.to.sigma == 0 { return clean }
        return clean * Float(step.to.signal) + (try noise()) * Float(step.to.sigma)
    }

    /// The weights that make a consistency model's output the state itself at time 0 (Song et al., arXiv 2303.01469,
    /// appendix C, for data of standard deviation ½).
    private func atBoundary(_ denoised: Tensor, _ state: Tensor, time: Double) -> Tensor {
        let variance = time * time + 0.25
        return denoised * Float(time / variance.squareRoot()) + state * Float(0.25 / variance)
    }
}
