import TensorCore

/// DPM-Solver++(2M) (Lu et al., arXiv 2211.01095, algorithm 2) and its stochastic form, the midpoint SDE-DPM-Solver++(2M)
/// of k-diffusion and diffusers: second order from one network evaluation a step, by extrapolating the clean latents of
/// this step and the one before.
///
/// With `λ = ln(signal / sigma)` and `h = λ' − λ` it is a step of `EulerSampler` towards
/// `x₀ + h / (2 h₋₁) · (x₀ − x₀,₋₁)`. The first step, the one to `sigma = 0` and the last of fewer than 15 are first
/// order, as in diffusers.
public struct DPMPlusPlus2MSampler: Sampler {
    /// 0 for the deterministic form, 1 for the stochastic one.
    public let eta: Double
    private var previous: (denoised: Tensor, level: NoiseLevel)?

    public init(eta: Double = 0) { self.eta = eta }

    public mutating func step(
        _ state: Tensor, _ step: NoisePath.Step, noise: () throws -> Tensor,
        denoise: (Tensor, NoiseLevel) throws -> Tensor
    ) throws -> Tensor {
        let (from, to) = (step.from, step.to)
        let denoised = try denoise(state, from)
        defer { previous = (denoised, from) }

        var estimate = denoised
        if let previous, to.sigma > 0, !(step.isLast && step.count < 15) {
            // A flow starts at λ = −∞: its first step is infinitely long and gives the second no information.
            let distance = to.logSignalToNoise - from.logSignalToNoise
            let distanceBefore = from.logSignalToNoise - previous.level.logSignalToNoise
            estimate = denoised + (denoised - previous.denoised) * Float(distance / (2 * distanceBefore))
        }
        return try EulerSampler.move(state, towards: estimate, step, eta: eta, noise: noise)
    }
}
