/// A sampler as other programs name it, and the scheduler that some name with it.
///
/// Known are the names here, those of stable-diffusion-webui (“DPM++ 2M Karras”, “Euler a”), ComfyUI (`dpmpp_2m_sde_gpu`),
/// k-diffusion (`sample_euler_ancestral`), InvokeAI (`dpmpp_2m_k`) and stable-diffusion.cpp, and the schedulers of
/// diffusers (`EulerDiscreteScheduler`). Letter case, spaces, hyphens and underscores do not matter.
public struct SamplerName: Sendable, Equatable {
    public let kind: SamplerKind
    /// `karras` or `exponential`; nil where the name is that of a sampler alone.
    public let scheduler: SchedulerKind?

    /// Returns nil for a name of no sampler.
    public init?(_ spelling: String) {
        var name = spelling.lowercased().filter { !" _-".contains($0) }
        name = name.replacing("pp", with: "++")
        var scheduler: SchedulerKind?
        for ending in ["karras", "exponential", "scheduler", "gpu"] where name.hasSuffix(ending) {
            name.removeLast(ending.count)
            scheduler = scheduler ?? SchedulerKind(rawValue: ending)
        }
        if spelling.hasSuffix("_k"), name.hasSuffix("k") {
            name.removeLast()
            scheduler = .karras
        }
        for start in ["sample", "k"] where name.hasPrefix(start) { name.removeFirst(start.count) }
        guard let kind = Self.kinds[name] else { return nil }
        (self.kind, self.scheduler) = (kind, scheduler)
    }

    fileprivate static let titles: [SamplerKind: String] = [
        .euler: "Euler", .eulerAncestral: "Euler a", .heun: "Heun", .dpmPlusPlus2M: "DPM++ 2M",
        .dpmPlusPlus2MSDE: "DPM++ 2M SDE", .uniPC: "UniPC", .ddim: "DDIM", .ddpm: "DDPM", .lcm: "LCM",
    ]

    private static let kinds: [String: SamplerKind] = [
        "euler": .euler, "eulerdiscrete": .euler,
        "eulera": .eulerAncestral, "eulerancestral": .eulerAncestral, "eulerancestraldiscrete": .eulerAncestral,
        "heun": .heun, "heundiscrete": .heun,
        "dpm++2m": .dpmPlusPlus2M, "dpmsolvermultistep": .dpmPlusPlus2M,
        "dpm++2msde": .dpmPlusPlus2MSDE,
        "unipc": .uniPC, "unipcbh2": .uniPC, "unipcmultistep": .uniPC,
        "ddim": .ddim, "ddpm": .ddpm, "lcm": .lcm,
    ]
}

extension SamplerKind {
    /// The sampler as stable-diffusion-webui names it.
    public var title: String { SamplerName.titles[self] ?? rawValue }
}
