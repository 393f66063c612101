import Testing

@testable import LatentDiffusion

@Suite struct SamplerNameTests {
    @Test func namesThatUsersType() {
        #expect(
            SamplerKind.allCases.map(\.rawValue) == [
                "euler", "euler_a", "heun", "dpm++2m", "dpm++2m_sde", "unipc", "ddim", "ddpm", "lcm",
            ])
        for kind in SamplerKind.allCases {
            #expect(SamplerName(kind.rawValue)?.kind == kind && SamplerName(kind.rawValue)?.scheduler == nil)
        }
    }

    @Test(arguments: [
        (SamplerKind.euler, ["Euler", "EulerDiscreteScheduler", "k_euler", "sample_euler"]),
        (
            .eulerAncestral,
            ["Euler a", "euler_ancestral", "EulerAncestralDiscreteScheduler", "sample_euler_ancestral", "k_euler_a"]
        ),
        (.heun, ["Heun", "HeunDiscreteScheduler", "k_heun", "sample_heun"]),
        (.dpmPlusPlus2M, ["DPM++ 2M", "dpmpp_2m", "DPMSolverMultistepScheduler", "sample_dpmpp_2m", "k_dpmpp_2m"]),
        (.dpmPlusPlus2MSDE, ["DPM++ 2M SDE", "dpmpp_2m_sde", "dpmpp_2m_sde_gpu", "sample_dpmpp_2m_sde"]),
        (.uniPC, ["UniPC", "uni_pc", "uni_pc_bh2", "UniPCMultistepScheduler"]),
        (.ddim, ["DDIM", "DDIMScheduler"]), (.ddpm, ["DDPM", "DDPMScheduler"]), (.lcm, ["LCM", "LCMScheduler"]),
    ])
    func namesElsewhere(kind: SamplerKind, names: [String]) {
        for name in names {
            #expect(SamplerName(name)?.kind == kind, "\(name)")
            #expect(SamplerName(name)?.scheduler == nil, "\(name)")
        }
    }

    @Test(arguments: [
        ("DPM++ 2M Karras", SamplerKind.dpmPlusPlus2M), ("DPM++ 2M SDE Karras", .dpmPlusPlus2MSDE),
        ("dpmpp_2m_k", .dpmPlusPlus2M), ("euler_k", .euler), ("Euler Karras", .euler),
    ])
    func namesWithTheLevelsOfKarras(name: String, kind: SamplerKind) {
        #expect(SamplerName(name)?.kind == kind && SamplerName(name)?.scheduler == .karras)
    }

    @Test(arguments: [
        "", "karras", "k", "_k", "PLMS", "DPM++ 3M SDE", "DPM2 a", "dpm++2mv2", "DPM++ SDE", "Heun++", "é",
    ])
    func otherNames(name: String) {
        #expect(SamplerName(name) == nil)
    }
}
