/// Whose noise a run starts from and draws on its way, by the names that users type.
public enum NoiseKind: String, Sendable, Codable, CaseIterable {
    /// `PhiloxNoise`, this program's own.
    case own = "fusemix"
    /// `TorchNoise`: diffusers with a generator on the CPU, ComfyUI, stable-diffusion-webui with its source “CPU”.
    case diffusers
    /// `CUDANoise`: stable-diffusion-webui with its sources “GPU” and “NV”, stable-diffusion.cpp.
    case webUI = "webui"

    public var source: any NoiseSource {
        switch self {
        case .own: PhiloxNoise()
        case .diffusers: TorchNoise()
        case .webUI: CUDANoise()
        }
    }
}
