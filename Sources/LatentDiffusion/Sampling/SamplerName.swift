/// A sampler as other programs name it, and whether the name asks for the noise levels of Karras et al.
///
/// Known are the names here, those of stable-diffusion-webui (“DPM++ 2M Karras”, “Euler a”), ComfyUI (`dpmpp_2m_sde_gpu`),
/// k-diffusion (`sample_euler_ancestral`), InvokeAI (`dpmpp_2m_k`) and stable-diffusion.cpp, and the schedulers of
/// diffusers (`EulerDiscreteScheduler`). Letter case, spaces, hyphens and underscores do not matter.
public struct SamplerName: Sendable, Equatable {
    public let kind: SamplerKind
    public let karras: Bool

    /// Returns nil for a name of no sampler.
    public init?(_ spelling: String) {
        var name = spelling.lowercased().filter { !" _-".contains($0) }
        name = name.replacing("pp", with: "++")
        var karras = false
        for ending in ["karras", "scheduler", "gpu"] where name.hasSuffix(ending) {
            name.removeLast(ending.count)
            if ending == "karras" { karras = true }
        }
        if spelling.hasSuffix("_k"), name.hasSuffix("k") {
            name.removeLast()
            karras = true
        }
        for start in ["sample", "k"] where name.hasPrefix(start) { name.removeFirst(start.count) }
        guard let kind = Self.kinds[name] else { return nil }
        (self.kind, self.karras) = (kind, karras)
    }

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
