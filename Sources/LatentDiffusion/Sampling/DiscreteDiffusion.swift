import TensorCore

/// Variance-preserving diffusion over numbered training steps (DDPM, Ho et al., arXiv 2006.11239).
///
/// `x_t = √ᾱ_t x₀ + √(1 − ᾱ_t) ε` with `ᾱ_t = ∏ (1 − β)`. Names, formulas and defaults are those of
/// the diffusers schedulers, so that a `scheduler_config.json` means the same here.
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

    /// The level that the last step reaches.
    public enum FinalLevel: String, Sendable, Codable, CaseIterable {
        /// No noise.
        case zero
        /// The noise of the first training step.
        case smallest = "sigma_min"
    }

    /// The choice of levels; its defaults are those of the scheduler that a sampler stands for.
    public struct Levels: Sendable, Equatable {
        /// nil for the default of a sampler's scheduler.
        public var spacing: Spacing?
        /// Offset added to every `leading` training step.
        public var offset = 0
        /// `karras` or `exponential` where Euler's, Heun's and the multistep samplers take those levels.
        public var scheduler = SchedulerKind.discrete
        /// Where Euler's and the multistep samplers end.
        public var final = FinalLevel.zero
        /// Where DDIM ends: `set_alpha_to_one` is `zero`.
        public var finalOfDDIM = FinalLevel.zero
        /// Steps that a consistency model was distilled from (`original_inference_steps`).
        public var distilledSteps = 50

        public init(spacing: Spacing? = nil, offset: Int = 0, scheduler: SchedulerKind = .discrete) {
            (self.spacing, self.offset, self.scheduler) = (spacing, offset, scheduler)
        }
    }

    /// May be set, since not every checkpoint says what its network predicts.
    public var prediction: Prediction
    public var levels: Levels
    public let consistencyScale: Double
    let table: NoiseTable

    /// diffusers' `timestep_scaling`.
    public static let consistencyScale = 10.0

    /// - Parameters:
    ///   - betas: One for each training step, in (0, 1).
    ///   - zeroTerminalSNR: Whether β is rescaled so that the last training step is noise alone.
    public init(
        betas: [Float], zeroTerminalSNR: Bool = false, prediction: Prediction = .epsilon, levels: Levels = Levels(),
        consistencyScale: Double = Self.consistencyScale
    ) {
        (self.prediction, self.levels, self.consistencyScale) = (prediction, levels, consistencyScale)
        table = NoiseTable(betas: betas, zeroTerminalSNR: zeroTerminalSNR)
    }

    /// - Parameters:
    ///   - trainedSteps: At least 1.
    ///   - betas: First and last β, in (0, 1).
    public init(
        trainedSteps: Int = 1000, betas: ClosedRange<Double> = 0.0001...0.02, betaSchedule: BetaSchedule = .linear,
        zeroTerminalSNR: Bool = false, prediction: Prediction = .epsilon, levels: Levels = Levels()
    ) {
        self.init(
            betas: betaSchedule.betas(count: trainedSteps, betas), zeroTerminalSNR: zeroTerminalSNR,
            prediction: prediction, levels: levels)
    }

    public func denoised(state: Tensor, output: Tensor, level: NoiseLevel) -> Tensor {
        switch prediction {
        case .epsilon: (state - output * Float(level.sigma)) * Float(1 / level.signal)
        case .sample: output
        case .velocity: state * Float(level.signal) - output * Float(level.sigma)
        }
    }
}
