import FilesOnDisk

/// Reasons why a sampling run could not be made.
public enum SamplingError: DescribedError, Equatable {
    /// A number of steps that the noise schedule does not allow.
    case steps(Int, most: Int)
    /// A guidance scale that is not a finite number of at least 0.
    case guidanceScale(Float)
    /// A strength outside of [0, 1]: how far a picture may leave its starting point.
    case strength(Double)
    /// An η outside of [0, 1].
    case eta(Double)
    /// The noise levels of a scheduler for what has none such.
    case levels(SchedulerKind, of: String)
    /// A network that predicts noise, asked about a level that is noise alone.
    case noSignal
    /// A tensor that the network or the sampler cannot take.
    case shape(of: String, found: [Int], expected: [Int])
    /// A condition that the network does not take.
    case condition(found: ConditionShape, expected: ConditionShape)
    /// Guidance without a negative condition, with a network that has no null condition.
    case noNullCondition
    /// A height and width of latents that a network does not know.
    case size(found: [Int], only: [Int])
    /// A network output that is not finite.
    case notFinite(step: Int)

    static let mostSteps = 10_000

    public var description: String {
        switch self {
        case .steps(let steps, let most):
            "\(steps) sampling steps were asked for, but this noise schedule takes 1 to \(most)."
        case .guidanceScale(let scale):
            "A guidance scale of \(scale) was asked for, but it must be a finite number of at least 0."
        case .strength(let strength):
            "A strength of \(strength) was asked for, but it must be from 0 to 1."
        case .eta(let eta):
            "An eta of \(eta) was asked for, but it must be from 0 to 1."
        case .levels(let scheduler, let owner):
            "The noise levels of the scheduler \(scheduler.rawValue) were asked for, but \(owner) has none such."
        case .noSignal:
            "The first step of this noise schedule is noise alone, of which a network that predicts noise says nothing: another sampler is needed."
        case .shape(let name, let found, let expected):
            "The \(name) have the shape \(found), but \(expected) was expected."
        case .condition(let found, let expected):
            "A condition of \(found) was given, but the denoiser takes \(expected)."
        case .noNullCondition:
            "The denoiser has learned no null condition, so guidance needs a negative one."
        case .size(let found, let only):
            "Latents of \(found) were asked for, but the places that this denoiser learned are those of \(only) only."
        case .notFinite(let step):
            "The denoiser's output in step \(step) holds a number that is not finite, so its weights or its condition are damaged."
        }
    }
}
