import TensorCore

/// A numerical method that carries a state from one noise level to the next.
///
/// A sampler may remember the steps before (multistep methods), so each run starts with a fresh one:
/// `SamplerKind.makeSampler()`.
public protocol Sampler: Sendable {
    /// Takes one step.
    ///
    /// - Parameters:
    ///   - state: `[batch, …]`, at level `from`.
    ///   - from: The level of the state; `sigma > 0`.
    ///   - to: The level to reach; a smaller `sigma`, possibly 0.
    ///   - denoise: Returns the network's estimate of the clean latents, given a state and its level.
    /// - Returns: The state at level `to`; with `sigma = 0` the clean latents.
    mutating func step(
        _ state: Tensor, from: NoiseLevel, to: NoiseLevel,
        denoise: (Tensor, NoiseLevel) throws -> Tensor
    ) throws -> Tensor
}

/// The samplers by the names that users type.
public enum SamplerKind: String, Sendable, Codable, CaseIterable {
    case euler
    case heun
    case dpmPlusPlus2M = "dpm++2m"
    /// With η = 0 this *is* Euler's method in `sigma` (Song et al., arXiv 2010.02502, section 4.3), so
    /// both names make the same picture.
    case ddim

    public func makeSampler() -> any Sampler {
        switch self {
        case .euler, .ddim: EulerSampler()
        case .heun: HeunSampler()
        case .dpmPlusPlus2M: DPMPlusPlus2MSampler()
        }
    }
}
