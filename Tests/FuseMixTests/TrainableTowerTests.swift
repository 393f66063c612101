import CKernels
import Foundation
import TensorCore
import Testing

@testable import FuseMix

/// A trained tower compared with its twin in double precision.
@Suite struct TrainableTowerTests {
    /// A tower with random weights, its twin with the same weights, and their input.
    struct Subject {
        let form: AdapterForm
        let inputSize: Int
        let outputSize = 5
        let rows: Int
        let layout: ParameterLayout
        let parameters: FloatBuffer
        let input: Tensor
        let dropout: Dropout

        init(inputSize: Int, width: Int, rows: Int = 7, share: Double = 0.4) {
            form = AdapterForm(width: width, expansion: 3, blocks: 2, dropout: share)
            (self.inputSize, self.rows) = (inputSize, rows)
            let tower = TowerConfiguration(inputSize: inputSize, kind: .fusemix(form))
            layout = ParameterLayout(tower.tensors(outputSize: outputSize).map { ("x.\($0.name)", $0.shape) })
            parameters = FloatBuffer(zeros: layout.count)
            for (index, entry) in layout.entries.enumerated() {
                let values = randomTensor([entry.count], seed: UInt64(index + 1)).floats
                let one: Float = entry.name.contains("norm.weight") ? 1 : 0
                for element in 0..<entry.count {
                    parameters.start[entry.offset + element] = 0.5 * values[element] + one
                }
            }
            input = randomTensor([rows, inputSize], seed: 77)
            dropout = Dropout(share: share, seed: 11, tower: 1)
        }

        func tower(chunk: Int = 100, kept: Int = 100) -> TrainableTower {
            TrainableTower(
                form, inputSize: inputSize, outputSize: outputSize, side: "x", layout: layout, dropout: dropout,
                batch: rows, chunk: chunk, keptChunks: kept,
                scratch: TowerScratch(
                    forms: [form], rows: chunk, outputSize: outputSize,
                    activationWidth: ChunkActivations.width(form, inputSize: inputSize)))
        }

        var twin: TowerTwin {
            let weights = layout.entries.map { entry in
                (
                    String(entry.name.dropFirst(2)),
                    (0..<entry.count).map { Double(parameters.start[entry.offset + $0]) }
                )
            }
            return TowerTwin(
                form: form, inputSize: inputSize, outputSize: outputSize,
                weights: Dictionary(uniqueKeysWithValues: weights))
        }

        /// Returns the dropout factors of a step for each block: `[rows, hidden]`.
        func factors(step: Int) -> [[Float]] {
            (0..<form.blocks).map { block in
                var factors = [Float](repeating: 0, count: rows * form.hidden)
                ck_dropout_factors(
                    dropout.mask(step: step, block: block, firstRow: 0), &factors, Int64(rows), Int64(form.hidden))
                return factors
            }
        }

        /// Returns Σ direction · point over all rows, by the twin: a loss whose gradient with respect to the points is
        /// `direction`.
        func loss(_ twin: TowerTwin, direction: [Double], factors: [[Float]]) -> Double {
            let latents = input.floats.map(Double.init)
            return (0..<rows).reduce(0) { sum, row in
                let point = twin.point(Array(latents[row * inputSize..<(row + 1) * inputSize])) { block, channel in
                    Double(factors[block][row * form.hidden + channel])
                }
                return sum + (0..<outputSize).reduce(0) { $0 + point[$1] * direction[row * outputSize + $1] }
            }
        }

        func gradients(_ tower: TrainableTower, direction: Tensor, step: Int) -> (Tensor, FloatBuffer) {
            let gradients = FloatBuffer(zeros: layout.count)
            let output = input.withFloats { input in
                let output = tower.forward(
                    input.baseAddress!, rows: rows, step: step, parameters: parameters.start)
                tower.backward(
                    input.baseAddress!, output: output, gradient: direction, step: step,
                    parameters: parameters.start, gradients: gradients.start)
                return output
            }
            return (output, gradients)
        }
    }

    @Test(arguments: [(6, 6), (9, 6)], [3 as Int?, nil])
    func forwardIsTheTwin(sizes: (input: Int, width: Int), step: Int?) {
        let subject = Subject(inputSize: sizes.input, width: sizes.width)
        let output = subject.input.withFloats {
            subject.tower().forward(
                $0.baseAddress!, rows: subject.rows, step: step, parameters: subject.parameters.start)
        }
        let factors = step.map(subject.factors)
        let twin = subject.twin
        let latents = subject.input.floats.map(Double.init)
        for row in 0..<subject.rows {
            let latent = Array(latents[row * sizes.input..<(row + 1) * sizes.input])
            let point = twin.point(latent) { block, channel in
                factors.map { Double($0[block][row * subject.form.hidden + channel]) } ?? 1
            }
            #expect(relativeError(output.item(row).floats.map(Double.init), point) < 1e-5)
        }
    }

    /// Compares with central differences of the twin, for every single parameter.
    @Test(arguments: [(6, 6), (9, 6)])
    func gradientsAreFiniteDifferences(sizes: (input: Int, width: Int)) {
        let subject = Subject(inputSize: sizes.input, width: sizes.width)
        let direction = randomTensor([subject.rows, subject.outputSize], seed: 5)
        let (_, gradients) = subject.gradients(subject.tower(), direction: direction, step: 8)
        let factors = subject.factors(step: 8)
        let wanted = direction.floats.map(Double.init)
        let step = 1e-5
        for entry in subject.layout.entries {
            let name = String(entry.name.dropFirst(2))
            let expected = (0..<entry.count).map { element in
                var twin = subject.twin
                twin.weights[name]![element] += step
                let above = subject.loss(twin, direction: wanted, factors: factors)
                twin.weights[name]![element] -= 2 * step
                return (above - subject.loss(twin, direction: wanted, factors: factors)) / (2 * step)
            }
            let found = (0..<entry.count).map { Double(gradients.start[entry.offset + $0]) }
            #expect(relativeError(found, expected) < 1e-5, "\(entry.name)")
        }
    }

    /// Compares with central differences of the twin along one random direction for each tensor, at sizes at which rows
    /// fill several blocks of sums and hidden channels several groups of the mask, in chunks.
    @Test(arguments: [48, 50])
    func gradientsAlongDirections(inputSize: Int) {
        let subject = Subject(inputSize: inputSize, width: 48, rows: 150)
        let direction = randomTensor([subject.rows, subject.outputSize], seed: 5)
        let (_, gradients) = subject.gradients(subject.tower(chunk: 80), direction: direction, step: 8)
        let factors = subject.factors(step: 8)
        let wanted = direction.floats.map(Double.init)
        let size = 1e-5
        for (index, entry) in subject.layout.entries.enumerated() {
            let name = String(entry.name.dropFirst(2))
            let way = randomTensor([entry.count], seed: UInt64(100 + index)).floats.map(Double.init)
            let losses = [size, -size].map { size in
                var twin = subject.twin
                for element in way.indices { twin.weights[name]![element] += size * way[element] }
                return subject.loss(twin, direction: wanted, factors: factors)
            }
            let found = way.indices.reduce(0) { $0 + way[$1] * Double(gradients.start[entry.offset + $1]) }
            let length = way.indices.reduce(0) {
                $0 + abs(way[$1] * Double(gradients.start[entry.offset + $1]))
            }
            // The sum may cancel, so the error is compared with the size of the terms.
            #expect(abs(found - (losses[0] - losses[1]) / (2 * size)) < 1e-5 * length, "\(entry.name)")
        }
    }

    /// Compares the gradient with a base and the penalty on its correction with central differences of direction ·
    /// unit(base + y) + penalty · mean |y|² in y, the output projection's bias; and the same where y is a query over the
    /// base's vectors.
    @Test(arguments: [false, true])
    func gradientOfACorrection(isQuery: Bool) {
        let subject = Subject(inputSize: 9, width: 6)
        let (rows, size) = (subject.rows, subject.outputSize)
        let query = isQuery ? BaseQuery(vectors: randomTensor([5, size], seed: 7), gain: 0.8) : nil
        let direction = randomTensor([rows, size], seed: 5), base = randomTensor([rows, query?.count ?? size], seed: 6)
        let tower = TrainableTower(
            subject.form, inputSize: 9, outputSize: size, side: "x", layout: subject.layout, dropout: subject.dropout,
            batch: rows, chunk: 3, keptChunks: 1,
            scratch: TowerScratch(
                forms: [subject.form], rows: 3, outputSize: size,
                activationWidth: ChunkActivations.width(subject.form, inputSize: 9), scores: query?.count ?? 0),
            query: query, correctionPenalty: 0.7)
        func loss() -> Double {
            subject.input.withFloats { input in
                let points = tower.forward(
                    input.baseAddress!, rows: rows, step: 8, parameters: subject.parameters.start, base: base)
                let along = zip(points.floats, direction.floats).reduce(0) { $0 + Double($1.0) * Double($1.1) }
                return along + tower.penalty(rows: rows)
            }
        }
        let gradients = FloatBuffer(zeros: subject.layout.count)
        subject.input.withFloats { input in
            let points = tower.forward(
                input.baseAddress!, rows: rows, step: 8, parameters: subject.parameters.start, base: base)
            tower.backward(
                input.baseAddress!, output: points, gradient: direction, step: 8,
                parameters: subject.parameters.start, gradients: gradients.start)
        }
        let bias = subject.layout.offset("x.output_projection.bias")
        let step: Float = 1.0 / 64
        let expected = (0..<size).map { element in
            let place = subject.parameters.start + bias + element
            place.pointee += step
            let above = loss()
            place.pointee -= 2 * step
            let below = loss()
            place.pointee += step
            return (above - below) / Double(2 * step)
        }
        // The error comes from rounding to f32 and the cube of the step.
        #expect(relativeError((0..<size).map { Double(gradients.start[bias + $0]) }, expected) < 1e-3)
    }

    /// Rows in chunks give the same points bit for bit, and gradients equal except for the order of addition.
    @Test(arguments: [1, 2, 3, 7])
    func chunksAreTheWhole(chunk: Int) {
        let subject = Subject(inputSize: 24, width: 16, rows: 7)
        let direction = randomTensor([7, subject.outputSize], seed: 5)
        let (whole, wholeGradients) = subject.gradients(subject.tower(), direction: direction, step: 1)
        let (output, gradients) = subject.gradients(subject.tower(chunk: chunk), direction: direction, step: 1)
        #expect(relativeError(output.floats.map(Double.init), whole.floats.map(Double.init)) < 1e-6)
        for entry in subject.layout.entries {
            let pair = [gradients, wholeGradients].map { buffer in
                (0..<entry.count).map { Double(buffer.start[entry.offset + $0]) }
            }
            #expect(relativeError(pair[0], pair[1]) < 2e-6, "\(entry.name)")
        }
    }

    /// Recomputed activations equal the stored ones, bit for bit.
    @Test(arguments: [0, 1, 6])
    func recomputedIsKept(kept: Int) {
        let subject = Subject(inputSize: 24, width: 16, rows: 200)
        let direction = randomTensor([200, subject.outputSize], seed: 5)
        let all = subject.gradients(subject.tower(chunk: 32), direction: direction, step: 4)
        let some = subject.gradients(subject.tower(chunk: 32, kept: kept), direction: direction, step: 4)
        #expect(all.0.floats == some.0.floats)
        #expect((0..<subject.layout.count).allSatisfy { all.1.start[$0] == some.1.start[$0] })
    }

    /// The mask of the C kernel is the one that its header describes, with the requested share.
    @Test func dropoutFactors() {
        let dropout = Dropout(share: 0.6, seed: 1 << 40 + 3, tower: 1)
        let (rows, channels, first) = (5, 300, 7)
        var factors = [Float](repeating: -1, count: rows * channels)
        ck_dropout_factors(
            dropout.mask(step: 9, block: 2, firstRow: first), &factors, Int64(rows), Int64(channels))
        for row in 0..<rows {
            for channel in 0..<channels {
                let group = (first + row) * 3 + channel / 128
                let (place, block) = (channel % 128).quotientAndRemainder(dividingBy: 16)
                let words = Philox.block(
                    counter: SIMD4(UInt32(group * 16 + block), 0, 9, 256 + 256 + 2), key: SIMD2(3, 256))
                let bits = words[place / 2] >> (place % 2 == 0 ? 0 : 16) & 0xFFFF
                #expect(factors[row * channels + channel] == (bits < 39322 ? 0 : Float(1 / (1 - 0.6))))
            }
        }
        var many = [Float](repeating: -1, count: 1000 * 512)
        ck_dropout_factors(dropout.mask(step: 0, block: 0, firstRow: 0), &many, 1000, 512)
        let dropped = Double(many.count { $0 == 0 }) / Double(many.count)
        #expect(abs(dropped - 0.6) < 0.003)
    }
}
