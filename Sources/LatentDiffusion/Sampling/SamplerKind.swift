/// The samplers by the names that users type.
///
/// Four of them are one method on different levels: with `q` the noise-to-signal ratio of a step's end over that of its
/// start, a step keeps the share `√(1 − η² (1 − q²))` of its noise and makes the rest anew. `euler` and `ddim` keep all
/// of it, `ddpm` and `euler_a` the least that the posterior of the diffusion allows, η = 1.
public enum SamplerKind: String, Sendable, Codable, CaseIterable {
    case euler
    case eulerAncestral = "euler_a"
    case heun
    case dpmPlusPlus2M = "dpm++2m"
    case dpmPlusPlus2MSDE = "dpm++2m_sde"
    case uniPC = "unipc"
    case ddim
    case ddpm
    case lcm

    /// Makes a sampler for one run.
    ///
    /// - Parameter eta: The η of `ddim`, 0 to 1; the other samplers have their own.
    public func makeSampler(on schedule: any NoiseSchedule, eta: Double = 0) -> any Sampler {
        switch self {
        case .euler: EulerSampler(eta: 0)
        case .ddim: EulerSampler(eta: eta)
        case .ddpm, .eulerAncestral: EulerSampler(eta: 1)
        case .heun: HeunSampler()
        case .dpmPlusPlus2M: DPMPlusPlus2MSampler(eta: 0)
        case .dpmPlusPlus2MSDE: DPMPlusPlus2MSampler(eta: 1)
        case .uniPC: UniPCSampler()
        case .lcm: LCMSampler(timeScale: schedule.consistencyScale)
        }
    }

    /// Whether steps add fresh noise.
    public var addsNoise: Bool {
        switch self {
        case .eulerAncestral, .dpmPlusPlus2MSDE, .ddpm, .lcm: true
        case .euler, .heun, .dpmPlusPlus2M, .uniPC, .ddim: false
        }
    }

    /// Whether a step builds on those before it.
    var isMultistep: Bool {
        switch self {
        case .dpmPlusPlus2M, .dpmPlusPlus2MSDE, .uniPC: true
        case .euler, .eulerAncestral, .heun, .ddim, .ddpm, .lcm: false
        }
    }
}
