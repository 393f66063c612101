import FuseMix

/// Adapters as a method made them, before they are written.
struct TrainResult {
    enum Origin {
        case trained(TrainingOutcome)
        case solved(BaselineFit)
    }

    /// With the weights as they are written.
    let component: AdapterComponent
    /// Of these weights on the pairs held out; nil when there are none.
    let score: ValidationScore?
    let origin: Origin
    let seconds: Double

    /// Throws `TrainingError` or `TensorFileError`.
    init(_ origin: Origin, seconds: Double, dtype: WeightType, data: TrainData, selection: TrainingSettings.Selection)
        throws
    {
        (self.origin, self.seconds) = (origin, seconds)
        let exact =
            switch origin {
            case .trained(let outcome): outcome.component
            case .solved(let fit): fit.component
            }
        component = dtype == .f16 ? exact.rounded() : exact
        score = try ValidationScore(
            of: component, x: data.x.latents.vectors, y: data.y.latents.vectors, pairs: data.pairs, split: data.split,
            selection: selection)
    }
}
