import TensorCore

/// DPM-Solver++(2M) (Lu et al., arXiv 2211.01095, algorithm 2): second order from one network
/// evaluation a step, by extrapolating the clean latents of this step and the one before.
///
/// With `λ = ln(signal / sigma)` and `h = λ' − λ`:
/// `z' = (σ' / σ) z + signal' (1 − e^(−h)) D`, `D = x₀ + h / (2 h₋₁) · (x₀ − x₀,₋₁)`.
/// The first step and the one to `sigma = 0` are first order, as in k-diffusion and diffusers.
public struct DPMPlusPlus2MSampler: Sampler {
    private var previous: (denoised: Tensor, level: NoiseLevel)?

    public init() {}

    public mutating func step(
        _ state: Tensor, from: NoiseLevel, to: NoiseLevel,
        denoise: (Tensor, NoiseLevel) throws -> Tensor
    ) throws -> Tensor {
        let denoised = try denoise(state, from)
        defer { previous = (denoised, from) }
        if to.sigma == 0 { return denoised }

        var estimate = denoised
        if let previous {
            // A flow starts at λ = −∞: its first step is infinitely long and gives the second no information.
            let step = to.logSignalToNoise - from.logSignalToNoise
            let stepBefore = from.logSignalToNoise - previous.level.logSignalToNoise
            estimate = denoised + (denoised - previous.denoised) * Float(step / (2 * stepBefore))
        }
        let kept = to.sigma / from.sigma
        return state * Float(kept) + estimate * Float(to.signal - from.signal * kept)
    }
}
