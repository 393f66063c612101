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
    let seconds: Double

    /// Throws `TrainingError` or `TensorFileError`.
    init(
        _ origin: Origin, of data: TrainingData, storedType: StoredType,
        selection: TrainingSettings.Selection, seconds: Double
    ) throws {
        (self.origin, self.seconds) = (origin, seconds)
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

    init(_ made: MadeAdapters, output: String) {
        (self.output, seconds, validation) = (output, made.seconds, made.score)
        switch made.origin {
        case .trained(let outcome):
            (steps, bestStep, temperature, strength) = (outcome.steps, outcome.bestStep, outcome.temperature, nil)
        case .solved(_, let fit): (steps, bestStep, temperature, strength) = (nil, nil, nil, fit.strength)
        }
    }
}
