import CKernels
import TensorCore

/// One trained side of an adapter pair: its forward and backward pass, in chunks of rows.
///
/// Rows do not interact before the loss. So chunks go forward one by one, and their activations are kept as long as the
/// granted memory lasts; the backward pass computes those of the other chunks again. Kept or recomputed, the numbers
/// have the same bits.
final class TrainableTower {
    let form: AdapterForm
    let inputSize: Int
    let outputSize: Int
    private let chunk: Int
    private let dropout: Dropout
    private let layers: TowerLayers
    private let scratch: TowerScratch
    /// Kept activations of the batch's first chunks.
    private let kept: [ChunkActivations]
    /// Activations of any other chunk, while it is processed.
    private let passing: ChunkActivations?
    private let inverseLengths: FloatBuffer
    /// Reads the output as queries over a base's vectors; nil where it is added to a base, or has none.
    private let query: BaseQuery?
    /// `[batch, query.count]`: the weights of the base's vectors.
    private let weights: FloatBuffer
    /// `[batch, outputs]`: the corrections of a base, where their size is penalised.
    private let corrections: FloatBuffer?
    private let correctionPenalty: Double

    /// - Parameters:
    ///   - chunk: Rows per chunk.
    ///   - keptChunks: Number of chunks whose activations are kept; if not all, `scratch` has room for one.
    ///   - query: Reads the output as queries over a base's vectors.
    ///   - correctionPenalty: Weight of the mean squared length of the correction of a base.
    init(
        _ form: AdapterForm, inputSize: Int, outputSize: Int, side: String, layout: ParameterLayout, dropout: Dropout,
        batch: Int, chunk: Int, keptChunks: Int, scratch: TowerScratch, query: BaseQuery? = nil,
        correctionPenalty: Double = 0
    ) {
        (self.form, self.inputSize, self.outputSize) = (form, inputSize, outputSize)
        (self.chunk, self.dropout, self.scratch) = (chunk, dropout, scratch)
        layers = TowerLayers(form, inputSize: inputSize, outputSize: outputSize, side: side, layout: layout)
        let (chunks, rows) = ((batch + chunk - 1) / chunk, min(chunk, batch))
        kept = (0..<min(chunks, keptChunks)).map { _ in
            ChunkActivations(form, inputSize: inputSize, rows: rows)
        }
        passing =
            kept.count == chunks
            ? nil : ChunkActivations(form, inputSize: inputSize, rows: rows, memory: scratch.activations)
        inverseLengths = FloatBuffer(count: batch)
        (self.query, self.correctionPenalty) = (query, correctionPenalty)
        weights = FloatBuffer(count: batch * (query?.count ?? 0))
        corrections = correctionPenalty > 0 ? FloatBuffer(count: batch * outputSize) : nil
    }

    /// `[rows, inputSize]` → `[rows, outputSize]`, rows of length 1; `rows` is at most the batch.
    ///
    /// - Parameters:
    ///   - step: The step that dropout is drawn for; nil drops nothing, for use outside training.
    ///   - base: What `ScoreBase.start` makes of the latents, which the output corrects before it is brought to length 1.
    func forward(
        _ input: UnsafePointer<Float>, rows: Int, step: Int?, parameters: UnsafePointer<Float>, base: Tensor? = nil
    ) -> Tensor {
        Tensor(shape: [rows, outputSize]) { output in
            guard let output = output.baseAddress else { return }
            for (index, first) in stride(from: 0, to: rows, by: chunk).enumerated() {
                let count = min(chunk, rows - first)
                let stream = runBlocks(
                    index, input + first * inputSize, first: first, rows: count, step: step, parameters: parameters)
                let y = output + first * outputSize
                layers.norm.normalize(stream, rows: count, parameters: parameters, into: scratch.normalized.start)
                layers.output.multiply(scratch.normalized.start, rows: count, parameters: parameters, into: y)
                ck_add_bias(y, parameters + layers.output.bias, y, Int64(count), Int64(outputSize))
                base?.items(first..<first + count).withFloats { base in
                    guard let base = base.baseAddress else { return }
                    corrections?.start.advanced(by: first * outputSize).update(from: y, count: count * outputSize)
                    if let query {
                        let weights = weights.start + first * query.count
                        query.mix(y, logWeights: base, rows: count, weights: weights, into: y)
                    } else {
                        ck_add(y, base, y, Int64(count * outputSize))
                    }
                }
                ck_normalize_rows(y, y, inverseLengths.start + first, Int64(count), Int64(outputSize))
            }
        }
    }

    /// The penalty of the latest `forward`: its weight times the mean over the rows of the squared length of the
    /// correction of the base.
    func penalty(rows: Int) -> Double {
        guard let corrections else { return 0 }
        let sum = ck_dot(corrections.start, corrections.start, Int64(rows * outputSize))
        return correctionPenalty * sum / Double(rows)
    }

    /// Adds the gradients of all parameters, after `forward` of the same input, step and parameters.
    ///
    /// - Parameters:
    ///   - output: The output of `forward`.
    ///   - gradient: The loss's gradient with respect to it.
    func backward(
        _ input: UnsafePointer<Float>, output: Tensor, gradient: Tensor, step: Int,
        parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>
    ) {
        let rows = output.shape[0]
        output.withFloats { output in
            gradient.withFloats { gradient in
                guard let output = output.baseAddress, let gradient = gradient.baseAddress else { return }
                for index in (0..<(rows + chunk - 1) / chunk).reversed() {
                    let first = index * chunk
                    let count = min(chunk, rows - first)
                    ck_normalize_rows_backward(
                        output + first * outputSize, inverseLengths.start + first, gradient + first * outputSize,
                        scratch.outputGradient.start, Int64(count), Int64(outputSize))
                    if let query {
                        query.back(
                            scratch.outputGradient.start, weights: weights.start + first * query.count, rows: count,
                            scratch: scratch.products.start)
                    }
                    if let corrections {
                        ck_add_scaled(
                            corrections.start + first * outputSize, Float(2 * correctionPenalty / Double(rows)),
                            scratch.outputGradient.start, Int64(count * outputSize))
                    }
                    backwardBlocks(
                        index, input + first * inputSize, first: first, rows: count, step: step,
                        parameters: parameters, gradients: gradients)
                }
            }
        }
    }

    /// Computes a chunk's activations and returns the end of the stream.
    @discardableResult
    private func runBlocks(
        _ index: Int, _ input: UnsafePointer<Float>, first: Int, rows: Int, step: Int?,
        parameters: UnsafePointer<Float>
    ) -> UnsafePointer<Float> {
        let kept = activations(index)
        if let projection = layers.input {
            projection.multiply(input, rows: rows, parameters: parameters, into: kept.stream(0))
            ck_add_bias(
                kept.stream(0), parameters + projection.bias, kept.stream(0), Int64(rows), Int64(form.width))
        }
        for (number, block) in layers.blocks.enumerated() {
            let x = stream(number, kept, input)
            block.norm.normalize(x, rows: rows, parameters: parameters, into: scratch.normalized.start)
            block.up.multiply(
                scratch.normalized.start, rows: rows, parameters: parameters, into: kept.hidden(number))
            ck_bias_gelu_dropout(
                kept.hidden(number), parameters + block.up.bias, mask(step, number, first), scratch.hidden.start,
                Int64(rows), Int64(form.hidden))
            let y = kept.stream(number + 1)
            ck_add_bias(x, parameters + block.down.bias, y, Int64(rows), Int64(form.width))
            block.down.multiply(scratch.hidden.start, rows: rows, parameters: parameters, into: y, adding: true)
        }
        return stream(form.blocks, kept, input)
    }

    /// Propagates the gradient in `scratch.outputGradient` to all the parameters.
    private func backwardBlocks(
        _ index: Int, _ input: UnsafePointer<Float>, first: Int, rows: Int, step: Int,
        parameters: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>
    ) {
        let kept = activations(index)
        if index >= self.kept.count {
            runBlocks(index, input, first: first, rows: rows, step: step, parameters: parameters)
        }
        let normalized = scratch.normalized.start, normalizedGradient = scratch.normalizedGradient.start
        let streamGradient = scratch.streamGradient.start, outputGradient = scratch.outputGradient.start

        let end = stream(form.blocks, kept, input)
        layers.norm.normalize(end, rows: rows, parameters: parameters, into: normalized)
        layers.output.addGradients(outputGradient, normalized, rows: rows, to: gradients)
        layers.output.multiplyBack(outputGradient, rows: rows, parameters: parameters, into: normalizedGradient)
        layers.norm.backward(
            normalizedGradient, end, rows: rows, parameters: parameters, gradients: gradients, into: streamGradient,
            adding: false)
        for (number, block) in layers.blocks.enumerated().reversed() {
            let x = stream(number, kept, input)
            let hidden = kept.hidden(number), hiddenGradient = scratch.hidden.start
            block.down.multiplyBack(streamGradient, rows: rows, parameters: parameters, into: hiddenGradient)
            ck_gelu_dropout_backward(
                hidden, hiddenGradient, mask(step, number, first), Int64(rows), Int64(form.hidden))
            block.down.addGradients(streamGradient, hidden, rows: rows, to: gradients)
            block.norm.normalize(x, rows: rows, parameters: parameters, into: normalized)
            block.up.addGradients(hiddenGradient, normalized, rows: rows, to: gradients)
            block.up.multiplyBack(hiddenGradient, rows: rows, parameters: parameters, into: normalizedGradient)
            block.norm.backward(
                normalizedGradient, x, rows: rows, parameters: parameters, gradients: gradients, into: streamGradient,
                adding: true)
        }
        layers.input?.addGradients(streamGradient, input, rows: rows, to: gradients)
    }

    private func activations(_ chunk: Int) -> ChunkActivations {
        guard let activations = chunk < kept.count ? kept[chunk] : passing else {
            preconditionFailure("chunk \(chunk) of a batch that has fewer")
        }
        return activations
    }

    private func stream(
        _ index: Int, _ kept: ChunkActivations, _ input: UnsafePointer<Float>
    ) -> UnsafePointer<Float> {
        index == 0 && layers.input == nil ? input : UnsafePointer(kept.stream(index))
    }

    private func mask(_ step: Int?, _ block: Int, _ firstRow: Int) -> ck_dropout {
        step.map { dropout.mask(step: $0, block: block, firstRow: firstRow) } ?? Dropout.none
    }
}
