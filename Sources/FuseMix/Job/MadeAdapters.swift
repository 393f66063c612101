import LatentStore

/// Adapters as a method made them, before they are written.
struct MadeAdapters {
    enum Origin {
        case trained(TrainingOutcome)
        case solved(Baseline, BaselineFit)
    }

    /// With the weights as they are written.
    let component: AdapterComponent
    /// The score of these weights on the pairs held out; nil when there are none.
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

/// A finished training in figures.
public struct TrainingReport: Sendable, Encodable {
    /// Folder of the component.
    public let output: String
    public let seconds: Double
    public let validation: ValidationScore?
    /// Steps, the best of them and the temperature at the end; of a training alone.
    public let steps: Int?
    public let bestStep: Int?
    public let temperature: Double?
    /// Strength of the regularisation; of a closed form alone.
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
