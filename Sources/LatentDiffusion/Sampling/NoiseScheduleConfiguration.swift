import FilesOnDisk

/// The fields that describe a noise schedule, in a denoiser's `config.json` or in a diffusers
/// `scheduler_config.json`.
///
/// `prediction_type` is required: `flow` for a rectified flow (with `shift`, default 1); `epsilon`,
/// `v_prediction` or `sample` for discrete diffusion, whose other fields have diffusers' names and defaults.
public struct NoiseScheduleConfiguration: Sendable, Equatable, CheckedJSON {
    public enum PredictionType: String, Sendable, Codable, CaseIterable {
        case flow, epsilon
        case velocity = "v_prediction"
        case sample
    }

    public let predictionType: PredictionType
    public let shift: Double?
    public let trainedSteps: Int?
    public let betaSchedule: DiscreteDiffusion.BetaSchedule?
    public let betaStart: Double?
    public let betaEnd: Double?
    public let spacing: DiscreteDiffusion.Spacing?
    public let stepsOffset: Int?
    public let rescaleBetasZeroSNR: Bool?

    enum CodingKeys: String, CodingKey {
        case predictionType = "prediction_type"
        case shift
        case trainedSteps = "num_train_timesteps"
        case betaSchedule = "beta_schedule"
        case betaStart = "beta_start"
        case betaEnd = "beta_end"
        case spacing = "timestep_spacing"
        case stepsOffset = "steps_offset"
        case rescaleBetasZeroSNR = "rescale_betas_zero_snr"
    }

    /// The schedule that these fields describe.
    public var schedule: any NoiseSchedule {
        let prediction: DiscreteDiffusion.Prediction
        switch predictionType {
        case .flow: return RectifiedFlow(shift: shift ?? 1)
        case .epsilon: prediction = .epsilon
        case .velocity: prediction = .velocity
        case .sample: prediction = .sample
        }
        return DiscreteDiffusion(
            trainedSteps: trainedSteps ?? 1000, betas: (betaStart ?? 0.0001)...(betaEnd ?? 0.02),
            betaSchedule: betaSchedule ?? .linear, prediction: prediction,
            spacing: spacing ?? .leading, offset: stepsOffset ?? 0)
    }

    package func validate(_ check: FieldCheck) throws {
        try check.require(shift ?? 1, in: 0.01...100, "shift")
        try check.require(trainedSteps ?? 1000, in: 1...100_000, "num_train_timesteps")
        try check.require(betaStart ?? 0.0001, in: 1e-9...0.999, "beta_start")
        try check.require(betaEnd ?? 0.02, in: (betaStart ?? 0.0001)...0.999, "beta_end")
        try check.require(stepsOffset ?? 0, in: 0...100, "steps_offset")
        try check.require(
            rescaleBetasZeroSNR != true, "rescale_betas_zero_snr",
            "false, since a schedule that ends without any signal is not supported")
    }
}
