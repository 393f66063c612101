import LatentStore

/// Adapters from a training or closed form, before they are written.
struct MadeAdapters {
    enum Origin {
        case trained(TrainingOutcome)
        case solved(Baseline, BaselineFit)
    }

    /// The component, with the weights rounded as they are written.
    let component: AdapterComponent
    /// The score of these weights on the held-out pairs; nil when there are none.
    let score: ValidationScore?
    let origin: Origin
    /// Warnings about the score.
    let warnings: [TrainingWarning]
    let seconds: Double

    /// Throws `TrainingError` or `TensorFileError`.
    init(
        _ origin: Origin, of data: TrainingData, storedType: StoredType,
        selection: TrainingSettings.Selection, warnings: [TrainingWarning], seconds: Double
    ) throws {
        (self.origin, self.seconds) = (origin, seconds)
        self.warnings = warnings + [Self.warning(of: origin)].compactMap { $0 }
        let exact =
            switch origin {
            case .trained(let outcome): outcome.component
            case .solved(_, let fit): fit.component
            }
        component = storedType == .f16 ? exact.rounded() : exact
        score = try ValidationScore(
            of: component, x: data.x.latents.vectors, y: data.y.latents.vectors, pairs: data.pairs, split: data.split,
            selection: selection)
    }

    private static func warning(of origin: Origin) -> TrainingWarning? {
        guard case .trained(let outcome) = origin, let step = outcome.bestStep, step <= outcome.plan.warmupSteps
        else { return nil }
        return .bestInWarmup(step: step, warmupSteps: outcome.plan.warmupSteps)
    }
}

/// The figures of a finished training.
public struct TrainingReport: Sendable, Encodable {
    /// Folder of the component.
    public let output: String
    public let seconds: Double
    public let validation: ValidationScore?
    /// Steps, the best step and the final temperature; nil for a closed form.
    public let steps: Int?
    public let bestStep: Int?
    public let temperature: Double?
    /// Regularisation strength; nil for a training.
    public let strength: Double?
    /// Sentences on what the validation does not show.
    public let warnings: [String]

    init(_ made: MadeAdapters, output: String) {
        (self.output, seconds, validation) = (output, made.seconds, made.score)
        warnings = made.warnings.map(\.description)
        switch made.origin {
        case .trained(let outcome):
            (steps, bestStep, temperature, strength) = (outcome.steps, outcome.bestStep, outcome.temperature, nil)
        case .solved(_, let fit): (steps, bestStep, temperature, strength) = (nil, nil, nil, fit.strength)
        }
    }
}
