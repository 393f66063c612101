/// One point of the way from noise to picture, as the samplers see it.
///
/// Samplers move a *state* `x = signal · x₀ + sigma · ε`, where `x₀` is the clean latent and `ε` unit Gaussian noise;
/// the network is given the state as it is. Two families fit this form:
///
/// - variance-preserving diffusion: `signal² + sigma² = 1`, so the state is of unit size at every level, and a level
///   without any signal (zero terminal SNR) is one like the others;
/// - rectified flow: `sigma` is the flow time `t`, `signal = 1 − t`.
public struct NoiseLevel: Sendable, Equatable {
    /// The network's time input: the flow time, or a training step, which need not be whole.
    public let timestep: Float
    /// The weight of the clean latent in the state.
    public let signal: Double
    /// The weight of the noise in the state; 0 where the state is the clean latent.
    public let sigma: Double
    /// The scaling `s` of Karras et al. (arXiv 2206.00364, table 1): in `z = x / scale` and `τ = sigma / scale` the path
    /// obeys `dz/dτ = (z − x₀) / τ`. The signal in diffusion, 1 in a rectified flow.
    public let scale: Double

    /// The level without noise: the state is the clean latent.
    static let clean = NoiseLevel(timestep: 0, signal: 1, sigma: 0, scale: 1)

    /// `ln(signal / sigma)`, half the logarithm of the signal-to-noise ratio.
    var logSignalToNoise: Double { PortableMath.log(signal / sigma) }
}

extension NoiseLevel {
    /// A level of variance-preserving diffusion, from the ratio of noise to signal: the σ of k-diffusion and of diffusers'
    /// Euler schedulers.
    init(timestep: Double, noiseToSignal ratio: Double) {
        let signal = 1 / (1 + ratio * ratio).squareRoot()
        self.init(timestep: Float(timestep), signal: signal, sigma: ratio * signal, scale: signal)
    }

    /// A level of variance-preserving diffusion, from the share `ᾱ` of the signal in the variance.
    init(timestep: Int, signalShare: Double) {
        let signal = signalShare.squareRoot()
        self.init(timestep: Float(timestep), signal: signal, sigma: (1 - signalShare).squareRoot(), scale: signal)
    }
}
