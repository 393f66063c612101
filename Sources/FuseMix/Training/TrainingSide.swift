import CKernels
import TensorCore

/// One modality in training: its latents, the batch made of them and the adapter, which an anchor lacks.
final class TrainingSide {
    private let latents: LatentRows
    private let tower: TrainableTower?
    private let rows: Int
    private let chunk: Int
    private let mixed: FloatBuffer
    private let partner: FloatBuffer
    private var filled = 0
    private let noise: LatentNoise?

    /// - Parameters:
    ///   - number: 0 for x, 1 for y.
    ///   - memory: Bytes left for activations; those that this side takes are taken off.
    init(
        _ latents: LatentRows, tower configuration: TowerConfiguration, settings: TrainingSettings, number: Int,
        layout: ParameterLayout, rows: Int, chunk: Int, memory: inout Int, scratch: TowerScratch
    ) {
        (self.latents, self.rows, self.chunk) = (latents, rows, chunk)
        mixed = FloatBuffer(count: rows * latents.channels)
        partner = FloatBuffer(count: chunk * latents.channels)
        guard let form = configuration.form else {
            (tower, noise) = (nil, nil)
            return
        }
        let width = ChunkActivations.width(form, inputSize: latents.channels)
        let chunkBytes = chunk * width * MemoryLayout<Float>.size
        let kept = min(memory / chunkBytes, (rows + chunk - 1) / chunk - 1)
        memory -= kept * chunkBytes
        tower = TrainableTower(
            form, inputSize: latents.channels, outputSize: settings.adapters.outputSize, side: number == 0 ? "x" : "y",
            layout: layout, dropout: Dropout(share: form.dropout, seed: settings.seed, tower: number), batch: rows,
            chunk: chunk, keptChunks: kept, scratch: scratch)
        noise = settings.latentNoise > 0 ? LatentNoise(settings, latents: latents, side: number) : nil
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
        noise?.add(to: mixed.start, count: filled * latents.channels, step: step)
    }

    /// `[rows, channels]`: the first rows of the batch as they go into the adapter.
    func mixedLatents(rows: Int) -> Tensor {
        Tensor(shape: [rows, latents.channels]) { $0.baseAddress?.update(from: mixed.start, count: $0.count) }
    }

    /// The batch in the shared space, `[rows, outputs]`.
    func forward(step: Int, parameters: UnsafePointer<Float>) -> Tensor {
        tower?.forward(mixed.start, rows: filled, step: step, parameters: parameters)
            ?? mixedLatents(rows: filled).normalized()
    }

    /// Adds the gradients of this side's parameters.
    func backward(output: Tensor, gradient: Tensor, step: Int, parameters: TrainingParameters) {
        tower?.backward(
            mixed.start, output: output, gradient: gradient, step: step, parameters: parameters.values.start,
            gradients: parameters.gradients.start)
    }

    /// Latents that are not mixed in the shared space, nothing dropped: `[rows.count, outputs]`.
    func points(_ wanted: [Int], parameters: UnsafePointer<Float>) -> Tensor {
        let parts = stride(from: 0, to: wanted.count, by: rows).map { start in
            let part = wanted[start..<min(start + rows, wanted.count)]
            latents.gather(part, into: mixed.start)
            filled = part.count
            return tower?.forward(mixed.start, rows: filled, step: nil, parameters: parameters)
                ?? mixedLatents(rows: filled).normalized()
        }
        return Tensor.concatenated(parts)
    }
}

/// Gaussian noise added to the latents of a step.
private struct LatentNoise: Sendable {
    private let deviation: Double
    private let seed: UInt64
    private let side: Int

    /// Rows that the latents' root mean square is taken of.
    private static let sample = 4096

    init(_ settings: TrainingSettings, latents: LatentRows, side: Int) {
        let rows = 0..<min(latents.vectors.shape[0], Self.sample)
        deviation = settings.latentNoise * latents.rootMeanSquare(of: rows)
        (seed, self.side) = (settings.seed, side)
    }

    func add(to start: UnsafeMutablePointer<Float>, count: Int, step: Int) {
        let stream = RandomStream(seed: seed, .noise, time: 2 * step + side)
        for index in 0..<count { start[index] += Float(deviation * stream.normal(index)) }
    }
}

extension TowerConfiguration {
    /// The form of a tower that is trained here.
    var form: AdapterForm? {
        if case .fusemix(let form) = kind { form } else { nil }
    }
}
