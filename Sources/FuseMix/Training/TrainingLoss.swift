import Foundation
import TensorCore

/// The loss of a step under the settings, with its own learnt scalars: a temperature, or scale and bias.
struct TrainingLoss: Sendable {
    struct Value {
        let loss: Double
        /// Gradients with respect to the embeddings of x and y; an anchor gets none.
        let x: Tensor
        let y: Tensor?
    }

    private let settings: TrainingSettings
    /// Whether y is trained too, and is not an anchor.
    private let trainsY: Bool
    /// Offsets of the scalars, in the order in which the loss documents them.
    private let offsets: [Int]

    /// Number of rows that the regulariser compares: its matrices grow with the square of it.
    static let structureRows = 1024

    /// Names and shapes of the learnt scalars.
    static func parameters(_ settings: TrainingSettings) -> [(name: String, shape: [Int])] {
        switch settings.loss {
        case .infonce: [("temperature", [])]
        case .sigmoid: [("log_scale", []), ("bias", [])]
        case .cosine: []
        }
    }

    init(_ settings: TrainingSettings, trainsY: Bool, layout: ParameterLayout) {
        (self.settings, self.trainsY) = (settings, trainsY)
        offsets = Self.parameters(settings).map { layout.offset($0.name) }
    }

    func initialize(_ parameters: TrainingParameters) {
        let start = parameters.values.start
        switch settings.loss {
        case .infonce: start[offsets[0]] = Float(settings.temperature)
        case .sigmoid:
            start[offsets[0]] = Float(-log(settings.temperature))
            start[offsets[1]] = Float(StreamedSigmoidLoss().bias)
        case .cosine: break
        }
        parameters.average?.copy(from: parameters.values)
    }

    /// Divisor of the similarities; its starting value for a loss without one.
    func temperature(_ parameters: TrainingParameters) -> Double {
        switch settings.loss {
        case .infonce: Double(parameters.values.start[offsets[0]])
        case .sigmoid: exp(-Double(parameters.values.start[offsets[0]]))
        case .cosine: settings.temperature
        }
    }

    /// Keeps the temperature within its bounds.
    func clamp(_ parameters: TrainingParameters) {
        let bounds =
            switch settings.loss {
            case .infonce: settings.temperatureRange
            case .sigmoid: settings.temperatureRange.reversed().map { -log($0) }
            case .cosine: [Double]()
            }
        guard !bounds.isEmpty else { return }
        let place = parameters.values.start + offsets[0]
        place.pointee = min(max(place.pointee, Float(bounds[0])), Float(bounds[1]))
    }

    /// Returns the loss and its gradients; adds those of its own scalars to the parameters'.
    ///
    /// - Parameters:
    ///   - labels: Rows of equal label are positives of each other; nil makes each row its own.
    ///   - latents: Returns the first `rows` rows of the adapters' input.
    func evaluate(
        x: Tensor, y: Tensor, labels: [Int32]?, latents: (_ rows: Int) -> (x: Tensor, y: Tensor),
        parameters: TrainingParameters
    ) -> Value {
        let start = parameters.values.start
        let contrast =
            switch settings.loss {
            case .infonce:
                StreamedInfoNCE(temperature: Double(start[offsets[0]]))(x, y, labels: labels, withGradientY: trainsY)
            case .sigmoid:
                StreamedSigmoidLoss(logScale: Double(start[offsets[0]]), bias: Double(start[offsets[1]]))(
                    x, y, labels: labels, withGradientY: trainsY)
            case .cosine: CosineLoss()(x, y)
            }
        for (offset, gradient) in zip(offsets, contrast.scalarGradients) {
            parameters.gradients.start[offset] += Float(gradient)
        }
        let value = Value(loss: contrast.loss, x: contrast.gradientX, y: contrast.gradientY)
        guard settings.structureWeight > 0 else { return value }
        return regularized(value, x: x, y: y, latents: latents)
    }

    /// Adds half of each side's regulariser, as its authors do; an anchor's is 0.
    private func regularized(
        _ value: Value, x: Tensor, y: Tensor, latents: (_ rows: Int) -> (x: Tensor, y: Tensor)
    ) -> Value {
        let rows = min(Self.structureRows, x.shape[0])
        let weight = settings.structureWeight / 2
        let read = latents(rows)
        let regularizer = StructureRegulariser()
        let ofX = regularizer(latents: read.x, adapted: x.items(0..<rows))
        let gradientX = value.x.adding(ofX.gradient, times: Float(weight))
        guard let gradientY = value.y else {
            return Value(loss: value.loss + weight * ofX.value, x: gradientX, y: nil)
        }
        let ofY = regularizer(latents: read.y, adapted: y.items(0..<rows))
        return Value(
            loss: value.loss + weight * (ofX.value + ofY.value), x: gradientX,
            y: gradientY.adding(ofY.gradient, times: Float(weight)))
    }
}

extension Tensor {
    /// Returns the tensor with a multiple of a shorter one added to its first rows.
    fileprivate func adding(_ first: Tensor, times factor: Float) -> Tensor {
        Tensor(shape: shape) { sum in
            withFloats { _ = sum.update(fromContentsOf: $0) }
            first.withFloats { for index in $0.indices { sum[index] += factor * $0[index] } }
        }
    }
}
