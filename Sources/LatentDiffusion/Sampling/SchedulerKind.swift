/// The choice of a run's noise levels, by the names that users type.
public enum SchedulerKind: String, Sendable, Codable, CaseIterable {
    /// Training steps, as the model's own settings space them.
    case discrete
    /// Even steps in the seventh root of the ratio of noise to signal (Karras et al., arXiv 2206.00364, equation 5).
    case karras
    /// Even steps in the logarithm of the ratio of noise to signal.
    case exponential
    /// Training steps, even backwards from the last one.
    case trailing

    /// Takes the names of stable-diffusion-webui (“Schedule type: SGM Uniform”), ComfyUI (`normal`, `sgm_uniform`) and
    /// stable-diffusion.cpp (`discrete`) as well. That “Simple” and “SGM Uniform” stand for trailing steps is diffusers'
    /// reading of them. Returns nil for another name. Letter case, spaces, hyphens and underscores do not matter.
    public init?(spelling: String) {
        switch spelling.lowercased().filter({ !" _-".contains($0) }) {
        case "discrete", "normal", "uniform": self = .discrete
        case "karras": self = .karras
        case "exponential": self = .exponential
        case "trailing", "simple", "sgmuniform": self = .trailing
        default: return nil
        }
    }

    /// The scheduler as stable-diffusion-webui names it.
    public var title: String {
        switch self {
        case .discrete: "Normal"
        case .karras: "Karras"
        case .exponential: "Exponential"
        case .trailing: "SGM Uniform"
        }
    }
}
