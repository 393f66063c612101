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
