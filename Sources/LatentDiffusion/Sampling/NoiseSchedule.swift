import TensorCore

/// The blend of noise and clean latents over time, and the meaning of the network's output.
public protocol NoiseSchedule: Sendable {
    /// `steps + 1` levels from pure noise to `sigma = 0`, strictly falling in `sigma`.
    ///
    /// - Throws: `SamplingError.steps` when the schedule cannot be cut into that many steps.
    func levels(steps: Int) throws -> [NoiseLevel]

    /// Returns the clean latents that the network's output implies.
    ///
    /// - Parameters:
    ///   - state: The samplers' state at `level`, any shape.
    ///   - output: The network's output for `state * level.inputScale`, same shape.
    func denoised(state: Tensor, output: Tensor, level: NoiseLevel) -> Tensor
}

/// One point of the way from noise to picture, as the samplers see it.
///
/// Samplers move a *state* `z = signal · x₀ + sigma · ε`, where `x₀` is the clean latent and `ε`
/// unit Gaussian noise; the network is given `inputScale · z`. Two families fit this form exactly,
/// and in both `dz/dσ = (z − x₀) / σ`, so one sampler serves both:
///
/// - variance-preserving diffusion: `signal = 1`, `inputScale = 1 / √(1 + σ²)` (the form of Karras
///   et al., arXiv 2206.00364, and of k-diffusion and diffusers);
/// - rectified flow: `sigma` is the flow time `t`, `signal = 1 − t`, `inputScale = 1`.
public struct NoiseLevel: Sendable, Equatable {
    /// The network's time input: the flow time, or the index of a training step.
    public let timestep: Float
    /// The weight of the clean latent in the state.
    public let signal: Double
    /// The weight of the noise in the state; 0 on the last level of every schedule.
    public let sigma: Double
    /// The factor between the state and the network's input.
    public let inputScale: Double

    /// The level without noise: the state is the clean latent.
    static let clean = NoiseLevel(timestep: 0, signal: 1, sigma: 0, inputScale: 1)

    /// `ln(signal / sigma)`, half the logarithm of the signal-to-noise ratio.
    var logSignalToNoise: Double { PortableMath.log(signal / sigma) }
}
