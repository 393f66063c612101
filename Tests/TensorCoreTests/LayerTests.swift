import Testing

@testable import TensorCore

/// Precisions that this processor can run.
let precisions: [Precision] = Precision.hasBFloat16 ? [.float32, .bfloat16] : [.float32]

/// Returns the tolerance. f32 sums of a few hundred products err by a few 1e-6; bfloat16 keeps 8 bits of each factor,
/// so that a product errs by up to a relative 2⁻⁸ and sums of random signs by about 1e-2.
func floor(for precision: Precision) -> Double { precision == .float32 ? 2e-5 : 0.12 }

@Suite struct LayerTests {
    @Test(arguments: precisions, [(1, 3, 5), (7, 64, 33), (64, 256, 48), (130, 384, 16)])
    func linearIsTheTripleLoop(precision: Precision, shape: (rows: Int, inputs: Int, outputs: Int)) {
        let x = randomTensor([shape.rows, shape.inputs], seed: 1)
        let weight = randomTensor([shape.outputs, shape.inputs], seed: 2)
        let bias = randomTensor([shape.outputs], seed: 3)
        let y = Linear(weight: weight, bias: bias, precision: precision)(x)
        let twin = Twin.linear(x.floats, weight.floats, bias.floats, inputs: shape.inputs)
        #expect(y.shape == [shape.rows, shape.outputs])
        #expect(excess(y, twin, relative: 1e-5, floor: floor(for: precision)) <= 0)
    }

    @Test(arguments: precisions)
    func linearRowsDoNotDependOnTheirNumber(precision: Precision) {
        for (inputs, outputs) in [(256, 1024), (1024, 256), (384, 1536), (16, 256), (256, 16), (1024, 521)] {
            let layer = Linear(
                weight: randomTensor([outputs, inputs], seed: 4), bias: randomTensor([outputs], seed: 5),
                activation: .silu, precision: precision)
            let rows = randomTensor([16 * 64, inputs], seed: 6)
            let alone = layer(rows.items(0..<64))
            for items in [2, 3, 8, 16] {
                let together = layer(rows.items(0..<64 * items))
                #expect(isSameBits(together.items(0..<64), alone), "\(inputs) → \(outputs), \(items) items")
                let last = layer(rows.items(64 * (items - 1)..<64 * items))
                #expect(isSameBits(together.items(64 * (items - 1)..<64 * items), last))
            }
            #expect(isSameBits(layer(rows.items(0..<1)), alone.items(0..<1)))
        }
    }

    @Test func linearFusesItsActivation() {
        let (weight, x) = (randomTensor([20, 12], seed: 7), randomTensor([9, 12], seed: 8))
        let plain = Linear(weight: weight, bias: nil, precision: .float32)(x)
        for activation in [Activation.relu, .relu6, .gelu, .geluTanh, .quickGELU, .silu, .sigmoid, .hardSwish] {
            let fused = Linear(weight: weight, bias: nil, activation: activation, precision: .float32)(x)
            let separate = plain.applying(activation).floats.map(Double.init)
            #expect(excess(fused, separate, relative: 1e-5, floor: 2e-6) <= 0, "\(activation)")
        }
    }

    @Test(arguments: precisions)
    func convolutionIsTheObviousLoop(precision: Precision) {
        let same = Convolution2D.Padding(top: 0, left: 0, bottom: 1, right: 1)
        let cases:
            [(channels: Int, outputs: Int, kernel: Int, stride: Int, groups: Int, padding: Convolution2D.Padding)] = [
                (3, 8, 3, 2, 1, same), (16, 16, 3, 1, 16, .all(1)), (16, 16, 3, 2, 16, same),
                (8, 12, 1, 1, 1, .all(0)), (8, 6, 3, 1, 2, .all(1)), (5, 7, 2, 2, 1, .all(0)),
            ]
        for (index, c) in cases.enumerated() {
            let x = randomTensor([2, 9, 12, c.channels], seed: 10 + UInt64(index))
            let weight = randomTensor([c.outputs, c.channels / c.groups, c.kernel, c.kernel], seed: 30)
            let bias = randomTensor([c.outputs], seed: 31)
            let layer = Convolution2D(
                weight: weight, bias: bias, stride: c.stride, padding: c.padding, groups: c.groups, precision: precision
            )
            let y = layer(x)
            let second = x.items(1..<2)
            let twin = Twin.convolution(
                second, weight, bias.floats, stride: c.stride, padding: c.padding, groups: c.groups)
            let worst = excess(y.item(1), twin, relative: 1e-5, floor: floor(for: precision))
            #expect(worst <= 0, "case \(index) in \(precision)")
            #expect(isSameBits(layer(second), y.items(1..<2)), "case \(index) in \(precision)")
        }
    }

    @Test(arguments: [(5, 5), (64, 64), (3, 200), (70, 300), (70, 129), (2, 1), (1, 128)])
    func attentionIsTheObviousLoop(queries: Int, keys: Int) {
        let heads = 3, size = 20
        let q = randomTensor([2, queries, heads * size], seed: 40) * 4
        let k = randomTensor([2, keys, heads * size], seed: 41)
        let v = randomTensor([2, keys, heads * size], seed: 42)
        let y = scaledDotProductAttention(query: q, key: k, value: v, heads: heads)
        for index in 0..<2 {
            let twin = Twin.attention(q.item(index), k.item(index), v.item(index), heads: heads)
            #expect(excess(y.item(index), twin, relative: 1e-5, floor: 2e-6) <= 0)
        }
    }

    /// Heads of any size, from those of tiny transformers to the one head of an autoencoder's middle.
    @Test(arguments: [1, 7, 8, 31, 32, 40, 64, 80, 160, 512, 517], [1, 6, 67])
    func attentionOfEverySize(size: Int, queries: Int) {
        let keys = 131
        let q = randomTensor([1, queries, size], seed: 46) * 4
        let (k, v) = (randomTensor([1, keys, size], seed: 47), randomTensor([1, keys, size], seed: 48))
        let y = scaledDotProductAttention(query: q, key: k, value: v, heads: 1)
        let twin = Twin.attention(q.item(0), k.item(0), v.item(0), heads: 1)
        #expect(excess(y.item(0), twin, relative: 1e-5, floor: 4e-6) <= 0)
    }

    @Test(arguments: precisions) func enlargedConvolutionIsTheOneOfTheEnlargedPicture(precision: Precision) {
        let x = randomTensor([2, 5, 7, 6], seed: 50)
        let (weight, bias) = (randomTensor([4, 6, 3, 3], seed: 51), randomTensor([4], seed: 52))
        let y = UpsamplingConvolution(weight: weight, bias: bias, precision: precision)(x)
        #expect(y.shape == [2, 10, 14, 4])
        for index in 0..<2 {
            let enlarged = x.items(index..<index + 1).upsampledNearest()
            let twin = Twin.convolution(enlarged, weight, bias.floats, stride: 1, padding: .all(1), groups: 1)
            #expect(excess(y.item(index), twin, relative: 1e-5, floor: floor(for: precision)) <= 0)
        }
    }

    /// A layer keeps its weights in the layouts that the sizes so far wanted.
    @Test(arguments: precisions) func convolutionsOfManySizesAgree(precision: Precision) {
        let (weight, bias) = (randomTensor([40, 24, 3, 3], seed: 53), randomTensor([40], seed: 54))
        let layer = Convolution2D(weight: weight, bias: bias, padding: .all(1), precision: precision)
        for side in [1, 2, 3, 5, 9, 16, 33] {
            let x = randomTensor([1, side, side, 24], seed: 55)
            let twin = Twin.convolution(x, weight, bias.floats, stride: 1, padding: .all(1), groups: 1)
            #expect(excess(layer(x), twin, relative: 1e-5, floor: floor(for: precision)) <= 0, "\(side)")
        }
    }

    @Test(arguments: [(64, 64), (5, 300)])
    func attentionAddsItsBias(queries: Int, keys: Int) {
        let heads = 2, q = randomTensor([1, queries, 16], seed: 1),
            bias = randomTensor([heads, queries, keys], seed: 4) * 5
        let (k, v) = (randomTensor([1, keys, 16], seed: 2), randomTensor([1, keys, 16], seed: 3))
        let y = scaledDotProductAttention(query: q, key: k, value: v, heads: heads, bias: bias)
        let twin = Twin.attention(q.item(0), k.item(0), v.item(0), heads: heads, bias: bias.floats)
        #expect(excess(y, twin, relative: 1e-5, floor: 1e-5) <= 0)
    }

    /// A causal query's result is that of attention over the sequence up to it.
    @Test(arguments: [1, 5, 77, 128, 200])
    func causalAttentionSeesNothingThatFollows(tokens: Int) {
        let heads = 2, size = 12
        let (q, k) = (
            randomTensor([1, tokens, heads * size], seed: 43), randomTensor([1, tokens, heads * size], seed: 44)
        )
        let v = randomTensor([1, tokens, heads * size], seed: 45)
        let y = scaledDotProductAttention(query: q * 4, key: k, value: v, heads: heads, isCausal: true)
        for place in 0..<tokens {
            let twin = Twin.attention(
                (q * 4).item(0).items(place..<place + 1), k.item(0).items(0..<place + 1),
                v.item(0).items(0..<place + 1),
                heads: heads)
            #expect(excess(y.item(0).item(place), twin, relative: 1e-5, floor: 2e-6) <= 0, "place \(place)")
        }
    }
}
