import CKernels
import TensorCore

/// One modality in training: its latents, its part of the batch and its adapter, which an anchor lacks.
final class TrainingSide {
    private let latents: LatentRows
    private var tower: TrainableTower?
    private let rows: Int
    private let chunk: Int
    private let mixed: FloatBuffer
    private let partner: FloatBuffer
    private var filled = 0
    private let noise: LatentNoise?
    private let base: ScoreBase?
    private let standardization: Standardization?
    private let name: String
    /// The start that the adapter corrects, for the batch.
    private var baseStart: Tensor?

    /// Throws `TrainingError.noInputProjection` where latents are to be standardized and no input projection can do it.
    ///
    /// - Parameters:
    ///   - used: Rows of the latents that are trained on.
    ///   - base: Weights of the base, where there is one.
    ///   - number: 0 for x, 1 for y.
    ///   - keptChunks: Number of chunks whose activations are kept.
    init(
        _ latents: LatentRows, used: [Int], base: Tensor?, adapters: AdapterConfiguration, settings: TrainingSettings,
        number: Int, layout: ParameterLayout, rows: Int, chunk: Int, keptChunks: Int, scratch: TowerScratch
    ) throws {
        (self.latents, self.rows, self.chunk) = (latents, rows, chunk)
        name = number == 0 ? "x" : "y"
        let configuration = number == 0 ? adapters.x : adapters.y
        self.base = zip(configuration.base, base).map { ScoreBase($0, weight: $1) }
        mixed = FloatBuffer(count: rows * latents.channels)
        partner = FloatBuffer(count: chunk * latents.channels)
        guard let form = configuration.form else {
            (tower, noise, standardization) = (nil, nil, nil)
            return
        }
        if settings.standardizes, form.width == latents.channels { throw TrainingError.noInputProjection(side: name) }
        standardization = settings.standardizes ? Standardization(latents, used: used) : nil
        tower = TrainableTower(
            form, inputSize: latents.channels, outputSize: adapters.outputSize, side: name,
            layout: layout, dropout: Dropout(share: form.dropout, seed: settings.seed, tower: number), batch: rows,
            chunk: chunk, keptChunks: keptChunks, scratch: scratch, query: self.base?.query,
            correctionPenalty: configuration.base == nil ? 0 : settings.correctionPenalty)
        guard settings.latentNoise > 0 else {
            noise = nil
            return
        }
        let size = settings.standardizes ? 1 : latents.rootMeanSquare(of: used.prefix(LatentNoise.sample))
        noise = LatentNoise(deviation: settings.latentNoise * size, seed: settings.seed, side: number)
    }

    /// Gathers and mixes a step's latents.
    ///
    /// - Parameter rowOfPair: This side's row of each pair.
    func load(_ batch: MixedBatch, rows rowOfPair: [Int], step: Int) {
        filled = batch.first.count
        for start in stride(from: 0, to: filled, by: chunk) {
            let range = start..<min(start + chunk, filled)
            let destination = mixed.start + start * latents.channels
            latents.gather(batch.first[range].map { rowOfPair[$0] }, into: destination)
            latents.gather(batch.second[range].map { rowOfPair[$0] }, into: partner.start)
            batch.weights[range].withUnsafeBufferPointer {
                ck_mix_rows(
                    destination, partner.start, $0.baseAddress, destination, Int64(range.count),
                    Int64(latents.channels))
            }
        }
        prepare()
        noise?.add(to: mixed.start, count: filled * latents.channels, step: step)
    }

    /// Prepares the adapter's input from latents, and what it corrects from the latents as they are.
    private func prepare() {
        baseStart = base.map { $0.start(of: mixedLatents(rows: filled)) }
        standardization?.apply(to: mixed.start, rows: filled)
    }

    /// `[rows, channels]`: the first rows of the batch as they go into the adapter.
    func mixedLatents(rows: Int) -> Tensor {
        Tensor(shape: [rows, latents.channels]) { $0.baseAddress?.update(from: mixed.start, count: $0.count) }
    }

    /// The embeddings of the batch in the shared space, `[rows, outputs]`; without a step nothing is dropped.
    func forward(step: Int?, parameters: UnsafePointer<Float>) -> Tensor {
        tower?.forward(mixed.start, rows: filled, step: step, parameters: parameters, base: baseStart)
            ?? mixedLatents(rows: filled).normalized()
    }

    /// Adds the gradients of this side's parameters.
    func backward(output: Tensor, gradient: Tensor, step: Int, parameters: TrainingParameters) {
        tower?.backward(
            mixed.start, output: output, gradient: gradient, step: step, parameters: parameters.values.start,
            gradients: parameters.gradients.start)
    }

    /// Embeddings of unmixed latents in the shared space, without dropout: `[rows.count, outputs]`.
    func points(_ wanted: [Int], parameters: UnsafePointer<Float>) -> Tensor {
        let parts = stride(from: 0, to: wanted.count, by: rows).map { start in
            let part = wanted[start..<min(start + rows, wanted.count)]
            latents.gather(part, into: mixed.start)
            filled = part.count
            prepare()
            return forward(step: nil, parameters: parameters)
        }
        return Tensor.concatenated(parts)
    }

    /// The penalty on the correction of a base in the latest step's loss.
    var penalty: Double { tower?.penalty(rows: filled) ?? 0 }

    /// Frees the memory for steps after the last one.
    func finish() { tower = nil }

    /// Folds the standardization of the latents into the input projection.
    func fold(into tensors: inout [String: Tensor]) {
        let (weight, bias) = ("\(name).input_projection.weight", "\(name).input_projection.bias")
        guard let standardization, let old = zip(tensors[weight], tensors[bias]) else { return }
        (tensors[weight], tensors[bias]) = standardization.folded(weight: old.0, bias: old.1)
    }
}

/// Returns both values, or nil if either is nil.
private func zip<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
    guard let a, let b else { return nil }
    return (a, b)
}

/// Gaussian noise added to the latents of a step.
private struct LatentNoise: Sendable {
    let deviation: Double
    let seed: UInt64
    let side: Int

    /// Number of rows that the latents' root mean square is measured on.
    static let sample = 4096

    func add(to start: UnsafeMutablePointer<Float>, count: Int, step: Int) {
        let stream = RandomStream(seed: seed, .noise, time: 2 * step + side)
        for index in 0..<count { start[index] += Float(deviation * stream.normal(index)) }
    }
}

extension TowerConfiguration {
    /// The form of a trained tower.
    var form: AdapterForm? {
        if case .fusemix(let form) = kind { form } else { nil }
    }
}
