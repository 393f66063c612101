/// The schedulers of diffusers that a checkpoint may name.
public enum SchedulerClass: String, Sendable, Codable, CaseIterable {
    case ddim = "DDIMScheduler"
    case ddpm = "DDPMScheduler"
    case euler = "EulerDiscreteScheduler"
    case eulerAncestral = "EulerAncestralDiscreteScheduler"
    case heun = "HeunDiscreteScheduler"
    case dpmMultistep = "DPMSolverMultistepScheduler"
    case uniPC = "UniPCMultistepScheduler"
    case lcm = "LCMScheduler"
    case pndm = "PNDMScheduler"
    case lms = "LMSDiscreteScheduler"
    case deis = "DEISMultistepScheduler"
    case dpmSinglestep = "DPMSolverSinglestepScheduler"
    case dpm2 = "KDPM2DiscreteScheduler"
    case dpm2Ancestral = "KDPM2AncestralDiscreteScheduler"
    case dpmSDE = "DPMSolverSDEScheduler"

    /// The sampler that is this scheduler or, where it is not implemented, stands in for it: DPM-Solver++(2M) for the
    /// deterministic ones (PNDM, which Stable Diffusion 1.x names, LMS, DEIS, the single-step solver and DPM-Solver-2), as
    /// another higher-order method that needs one network evaluation a step; a stochastic one for the stochastic ones.
    ///
    /// - Parameter isStochastic: Whether the scheduler's algorithm is one with noise.
    func sampler(isStochastic: Bool) -> SamplerKind {
        switch self {
        case .ddim: .ddim
        case .ddpm: .ddpm
        case .euler: .euler
        case .eulerAncestral, .dpm2Ancestral: .eulerAncestral
        case .heun: .heun
        case .uniPC: .uniPC
        case .lcm: .lcm
        case .dpmSDE: .dpmPlusPlus2MSDE
        case .dpmMultistep: isStochastic ? .dpmPlusPlus2MSDE : .dpmPlusPlus2M
        case .pndm, .lms, .deis, .dpmSinglestep, .dpm2: .dpmPlusPlus2M
        }
    }
}
