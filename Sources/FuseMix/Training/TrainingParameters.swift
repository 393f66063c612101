import CKernels
import TensorCore

/// Everything that training changes: parameters, their gradients, the optimiser's moments and, if wanted, a running
/// average.
final class TrainingParameters {
    let layout: ParameterLayout
    let values: FloatBuffer
    let gradients: FloatBuffer
    let firstMoments: FloatBuffer
    let secondMoments: FloatBuffer
    /// A running average of `values`.
    let average: FloatBuffer?
    private let beta1: Double
    private let beta2: Double
    private let epsilon: Double
    private let weightDecay: Double
    private let averageDecay: Double

    init(_ layout: ParameterLayout, adapters: AdapterConfiguration, settings: TrainingSettings) {
        self.layout = layout
        values = FloatBuffer(zeros: layout.count)
        gradients = FloatBuffer(zeros: layout.count)
        firstMoments = FloatBuffer(zeros: layout.count)
        secondMoments = FloatBuffer(zeros: layout.count)
        (beta1, beta2, epsilon) = (settings.beta1, settings.beta2, settings.epsilon)
        (weightDecay, averageDecay) = (settings.weightDecay, settings.averageDecay)
        average = settings.averageDecay > 0 ? FloatBuffer(count: layout.count) : nil
        // With a base, training starts exactly at the base.
        let based = [("x", adapters.x), ("y", adapters.y)].filter { $0.1.base != nil }
        let zeros = Set(based.flatMap { ["\($0.0).output_projection.weight", "\($0.0).output_projection.bias"] })
        for (index, entry) in layout.entries.enumerated() where !zeros.contains(entry.name) {
            initialize(entry, index: index, seed: settings.seed)
        }
        average?.copy(from: values)
    }

    /// The parameters for validation and the finished adapter.
    var best: FloatBuffer { average ?? values }

    /// Sets PyTorch's defaults: weights and biases of linear layers uniform in ±1/√inputs, norms the identity.
    private func initialize(_ entry: ParameterLayout.Entry, index: Int, seed: UInt64) {
        let start = values.start + entry.offset
        if entry.name.isOfNorm {
            start.update(repeating: entry.name.hasSuffix(".weight") ? 1 : 0, count: entry.count)
            return
        }
        guard let inputs = inputs(of: entry) else { return }
        let bound = 1 / Double(inputs).squareRoot()
        let stream = RandomStream(seed: seed, .weights, time: index)
        for element in 0..<entry.count { start[element] = Float((2 * stream.uniform(element) - 1) * bound) }
    }

    /// Inputs of the linear layer that a weight or bias belongs to.
    private func inputs(of entry: ParameterLayout.Entry) -> Int? {
        if entry.shape.count == 2 { return entry.shape[1] }
        let weight = entry.name.replacing(".bias", with: ".weight")
        return layout.entries.first { $0.name == weight }?.shape.last
    }

    /// Takes one step of AdamW at a learning rate; the gradients are zero afterwards. Weights decay, vectors and
    /// scalars do not.
    ///
    /// - Parameter step: Counts from 1.
    func update(step: Int, learningRate: Double) {
        // Early on the average follows closely, so that it does not remember the random start.
        let decay = min(averageDecay, Double(step) / Double(step + 9))
        for entry in layout.entries {
            let settings = ck_adamw(
                learning_rate: Float(learningRate), beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon),
                weight_decay: entry.shape.count >= 2 ? Float(weightDecay) : 0,
                correction1: Float(1 - power(beta1, step)), correction2: Float(1 - power(beta2, step)),
                average_decay: Float(decay))
            let offset = entry.offset
            ck_adamw_step(
                settings, values.start + offset, gradients.start + offset, firstMoments.start + offset,
                secondMoments.start + offset, average.map { $0.start + offset }, Int64(entry.count))
        }
    }

    /// A tensor copied out of one of the buffers.
    func tensor(_ entry: ParameterLayout.Entry, of buffer: FloatBuffer) -> Tensor {
        Tensor(shape: entry.shape) { $0.baseAddress?.update(from: buffer.start + entry.offset, count: entry.count) }
    }

    private func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, factor, left) = (1.0, base, exponent)
        while left > 0 {
            if left & 1 == 1 { result *= factor }
            factor *= factor
            left >>= 1
        }
        return result
    }
}

extension String {
    /// Whether a parameter belongs to a layer normalisation.
    fileprivate var isOfNorm: Bool { contains("norm.") }
}
