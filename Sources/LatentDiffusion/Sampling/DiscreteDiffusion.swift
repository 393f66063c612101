import TensorCore

/// Variance-preserving diffusion over numbered training steps (DDPM, Ho et al., arXiv 2006.11239).
///
/// `x_t = √ᾱ_t x₀ + √(1 − ᾱ_t) ε` with `ᾱ_t = ∏ (1 − β)`. Names, formulas and defaults are those of
/// the diffusers schedulers, so that a `scheduler_config.json` means the same here. Time steps are
/// whole numbers (diffusers' DDIM and DPM-Solver round them, its Euler and Heun do not).
public struct DiscreteDiffusion: NoiseSchedule, Equatable {
    /// The quantity that the network predicts.
    public enum Prediction: String, Sendable, Codable, CaseIterable {
        /// The noise ε.
        case epsilon
        /// `√ᾱ ε − √(1 − ᾱ) x₀` (Salimans and Ho, arXiv 2202.00512).
        case velocity = "v_prediction"
        /// The clean latents x₀.
        case sample
    }

    /// The growth of β over training.
    public enum BetaSchedule: String, Sendable, Codable, CaseIterable {
        /// Linear in β.
        case linear
        /// Linear in √β, as latent diffusion was trained.
        case scaledLinear = "scaled_linear"
        /// ᾱ is a squared cosine, β at most 0.999 (Nichol and Dhariwal, arXiv 2102.09672); the bounds
        /// of β are not used.
        case squaredCosine = "squaredcos_cap_v2"
    }

    /// The choice of training steps that a shorter run visits (Lin et al., arXiv 2305.08891, table 2).
    public enum Spacing: String, Sendable, Codable, CaseIterable {
        /// `0, r, 2r, … + offset` with `r = trained / steps` rounded down: never the noisiest step.
        case leading
        /// Even steps from 0 to the last step, both included.
        case linspace
        /// Even steps backwards from the last step: the best choice for few steps.
        case trailing
    }

    public let prediction: Prediction
    public let spacing: Spacing
    /// Offset added to every `leading` time step.
    public let offset: Int
    /// `√((1 − ᾱ) / ᾱ)` of each training step.
    private let sigmas: [Double]

    /// - Parameters:
    ///   - trainedSteps: At least 1.
    ///   - betas: First and last β, in (0, 1).
    ///   - offset: Zero or more.
    public init(
        trainedSteps: Int = 1000, betas: ClosedRange<Double> = 0.0001...0.02,
        betaSchedule: BetaSchedule = .linear, prediction: Prediction = .epsilon,
        spacing: Spacing = .leading, offset: Int = 0
    ) {
        self.prediction = prediction
        self.spacing = spacing
        self.offset = offset
        var kept = 1.0
        sigmas = betaSchedule.betas(count: trainedSteps, betas).map { beta in
            kept *= 1 - beta
            return ((1 - kept) / kept).squareRoot()
        }
    }

    public func levels(steps: Int) throws -> [NoiseLevel] {
        guard (1...sigmas.count).contains(steps) else {
            throw SamplingError.steps(steps, most: sigmas.count)
        }
        return try timesteps(steps).map { timestep in
            guard timestep < sigmas.count else { throw SamplingError.steps(steps, most: steps - 1) }
            let sigma = sigmas[timestep]
            return NoiseLevel(
                timestep: Float(timestep), signal: 1, sigma: sigma,
                inputScale: 1 / (1 + sigma * sigma).squareRoot())
        } + [.clean]
    }

    public func denoised(state: Tensor, output: Tensor, level: NoiseLevel) -> Tensor {
        switch prediction {
        case .epsilon: return state - output * Float(level.sigma)
        case .sample: return output
        case .velocity:
            let scale = level.inputScale
            return state * Float(scale * scale) - output * Float(scale * level.sigma)
        }
    }

    /// The training steps that a run of `steps` steps visits, noisiest first.
    func timesteps(_ steps: Int) -> [Int] {
        let trained = Double(sigmas.count)
        switch spacing {
        case .leading:
            let ratio = sigmas.count / steps
            return (0..<steps).reversed().map { $0 * ratio + offset }
        case .linspace:
            let ratio = (trained - 1) / Double(max(steps - 1, 1))
            return (0..<steps).reversed().map { Int((Double($0) * ratio).rounded(.toNearestOrEven)) }
        case .trailing:
            let ratio = trained / Double(steps)
            return (0..<steps).map { Int((trained - Double($0) * ratio).rounded(.toNearestOrEven)) - 1 }
        }
    }
}

extension DiscreteDiffusion.BetaSchedule {
    fileprivate func betas(count: Int, _ bounds: ClosedRange<Double>) -> [Double] {
        switch self {
        case .linear:
            return Self.even(bounds.lowerBound, bounds.upperBound, count)
        case .scaledLinear:
            return Self.even(bounds.lowerBound.squareRoot(), bounds.upperBound.squareRoot(), count).map { $0 * $0 }
        case .squaredCosine:
            return (0..<count).map { step in
                min(1 - Self.kept(step + 1, of: count) / Self.kept(step, of: count), 0.999)
            }
        }
    }

    private static func even(_ first: Double, _ last: Double, _ count: Int) -> [Double] {
        (0..<count).map { first + (last - first) * Double($0) / Double(max(count - 1, 1)) }
    }

    /// `cos²(π/2 · (time + 0.008) / 1.008)`, time running from 0 to 1.
    private static func kept(_ step: Int, of count: Int) -> Double {
        let cosine = PortableMath.sineAndCosine(turns: (Double(step) / Double(count) + 0.008) / 1.008 / 4).cosine
        return cosine * cosine
    }
}
