import FilesOnDisk
import Foundation

/// The fields that describe a noise schedule, in a denoiser's `config.json` or in a diffusers
/// `scheduler_config.json`.
///
/// In a `config.json`, `prediction_type` is required: `flow` for a rectified flow (with `shift`, default 1); `epsilon`,
/// `v_prediction` or `sample` for discrete diffusion, whose other fields have diffusers' names and defaults. A file of
/// diffusers names its scheduler (`_class_name`), and predicts `epsilon` unless it says otherwise.
///
/// `clip_sample` is not heeded, like in diffusers' pipelines for latents, which have no bounds to clip to. Fields that
/// would change the picture and have no counterpart here are refused (`UnsupportedSchedulerFields`), others ignored.
public struct NoiseScheduleConfiguration: Sendable, Equatable, CheckedJSON {
    public enum PredictionType: String, Sendable, Codable, CaseIterable {
        case flow, epsilon
        case velocity = "v_prediction"
        case sample
    }

    /// The scheduler's class in diffusers; nil in a denoiser's `config.json`.
    public let className: SchedulerClass?
    public let predictionType: PredictionType
    private let fields: Fields
    private let unsupported: UnsupportedSchedulerFields

    /// Fields that may be missing.
    private struct Fields: Sendable, Equatable, Decodable {
        let shift: Double?
        let trainedSteps: Int?
        let betaSchedule: DiscreteDiffusion.BetaSchedule?
        let betaStart: Double?
        let betaEnd: Double?
        let trainedBetas: [Double]?
        let spacing: DiscreteDiffusion.Spacing?
        let stepsOffset: Int?
        let zeroTerminalSNR: Bool?
        let karras: Bool?
        let exponential: Bool?
        let endsWithoutNoise: Bool?
        let finalLevel: DiscreteDiffusion.FinalLevel?
        let distilledSteps: Int?
        let timestepScaling: Double?

        enum CodingKeys: String, CodingKey {
            case shift
            case trainedSteps = "num_train_timesteps"
            case betaSchedule = "beta_schedule"
            case betaStart = "beta_start"
            case betaEnd = "beta_end"
            case trainedBetas = "trained_betas"
            case spacing = "timestep_spacing"
            case stepsOffset = "steps_offset"
            case zeroTerminalSNR = "rescale_betas_zero_snr"
            case karras = "use_karras_sigmas"
            case exponential = "use_exponential_sigmas"
            case endsWithoutNoise = "set_alpha_to_one"
            case finalLevel = "final_sigmas_type"
            case distilledSteps = "original_inference_steps"
            case timestepScaling = "timestep_scaling"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case className = "_class_name"
        case predictionType = "prediction_type"
    }

    public init(from decoder: any Decoder) throws {
        let named = try decoder.container(keyedBy: CodingKeys.self)
        className = try named.decodeIfPresent(SchedulerClass.self, forKey: .className)
        predictionType =
            className == nil
            ? try named.decode(PredictionType.self, forKey: .predictionType)
            : try named.decodeIfPresent(PredictionType.self, forKey: .predictionType) ?? .epsilon
        fields = try Fields(from: decoder)
        unsupported = try UnsupportedSchedulerFields(from: decoder)
    }

    /// Reads the `scheduler_config.json` of diffusers, which may hold `-Infinity`. Throws `FileContentError`.
    public init(schedulerFile url: URL) throws {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        try self.init(contentsOf: url, decoder: decoder)
    }

    /// The schedule that these fields describe.
    public var schedule: any NoiseSchedule {
        switch predictionType {
        case .flow: RectifiedFlow(shift: fields.shift ?? 1)
        case .epsilon: diffusion(.epsilon)
        case .velocity: diffusion(.velocity)
        case .sample: diffusion(.sample)
        }
    }

    /// Whether the steps of a run are even from the last training step backwards, as networks distilled to a step are drawn
    /// with.
    public var isTrailing: Bool { fields.spacing == .trailing }

    /// The sampler that the file's scheduler is, or that stands in for it; nil where no scheduler is named.
    public var sampler: SamplerKind? {
        className?.sampler(isStochastic: unsupported.algorithm?.hasPrefix("sde") ?? false)
    }

    private func diffusion(_ prediction: DiscreteDiffusion.Prediction) -> DiscreteDiffusion {
        var levels = DiscreteDiffusion.Levels(
            spacing: fields.spacing, offset: fields.stepsOffset ?? 0,
            scheduler: fields.karras == true ? .karras : fields.exponential == true ? .exponential : .discrete)
        levels.final = fields.finalLevel ?? .zero
        levels.finalOfDDIM = fields.endsWithoutNoise ?? (className != .pndm) ? .zero : .smallest
        levels.distilledSteps = fields.distilledSteps ?? 50
        return DiscreteDiffusion(
            betas: betas, zeroTerminalSNR: fields.zeroTerminalSNR ?? false, prediction: prediction, levels: levels,
            consistencyScale: fields.timestepScaling ?? DiscreteDiffusion.consistencyScale)
    }

    private var betas: [Float] {
        if let trained = fields.trainedBetas { return trained.map { Float($0) } }
        let schedule = fields.betaSchedule ?? (className == .lcm ? .scaledLinear : .linear)
        return schedule.betas(count: trainedSteps, betaStart...betaEnd)
    }

    private var trainedSteps: Int { fields.trainedSteps ?? 1000 }
    private var betaStart: Double { fields.betaStart ?? (hasLatentBetas ? 0.00085 : 0.0001) }
    private var betaEnd: Double { fields.betaEnd ?? (hasLatentBetas ? 0.012 : 0.02) }
    private var hasLatentBetas: Bool { className == .lcm || className == .heun }

    package func validate(_ check: FieldCheck) throws {
        try check.require(fields.shift ?? 1, in: 0.01...100, "shift")
        try check.require(trainedSteps, in: 2...100_000, "num_train_timesteps")
        try check.require(betaStart, in: 1e-6...0.999, "beta_start")
        try check.require(betaEnd, in: betaStart...0.999, "beta_end")
        if let trained = fields.trainedBetas {
            try check.require(
                trained.count == trainedSteps, "trained_betas",
                "a list of num_train_timesteps (\(trainedSteps)) numbers")
            for beta in trained { try check.require(beta, in: 1e-6...0.999, "trained_betas") }
        }
        try check.require(fields.stepsOffset ?? 0, in: 0...min((trainedSteps - 1) / 2, 100), "steps_offset")
        try check.require(fields.distilledSteps ?? 1, in: 1...trainedSteps, "original_inference_steps")
        try check.require(fields.timestepScaling ?? 1, in: 1e-3...1e6, "timestep_scaling")
        if predictionType != .flow {
            try check.require(
                diffusion(.sample).table.isUsable, "beta_end",
                "such that every training step adds noise and leaves a signal")
        }
        try check.require(
            fields.karras != true || fields.exponential != true, "use_exponential_sigmas",
            "false where use_karras_sigmas is true")
        try unsupported.validate(check, scheduler: className, endsInNoise: fields.finalLevel == .smallest)
    }
}
