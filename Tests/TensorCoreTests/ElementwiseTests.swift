import Foundation
import TestSupport
import Testing

@testable import TensorCore

@Suite struct ElementwiseTests {
    /// Points from far below to far above every branch of the polynomials.
    static let line = Tensor((0...40_000).map { Float($0 - 20_000) / 400 }, shape: [40_001])

    @Test func activationsFollowTheirDefinitions() {
        let definitions: [(Activation, (Double) -> Double)] = [
            (.relu6, { min(max($0, 0), 6) }),
            (.gelu, { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }),
            (.geluTanh, { 0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }),
            (.silu, { $0 / (1 + exp(-$0)) }), (.sigmoid, { 1 / (1 + exp(-$0)) }),
            (.hardSwish, { $0 * min(max($0 + 3, 0), 6) / 6 }),
        ]
        for (activation, definition) in definitions {
            let expected = Self.line.floats.map { definition(Double($0)) }
            #expect(excess(Self.line.applying(activation), expected, relative: 1e-6, floor: 1e-6) <= 0, "\(activation)")
        }
    }

    @Test func arithmetic() {
        let (a, b) = (randomTensor([3, 700], seed: 1), randomTensor([3, 700], seed: 2))
        let pairs = zip(a.floats, b.floats)
        #expect((a + b).floats == pairs.map(+))
        #expect((a - b).floats == pairs.map(-))
        #expect((a * 3).floats == a.floats.map { $0 * 3 })
    }

    @Test func modulationAndGates() {
        let x = randomTensor([5, 24], seed: 3), branch = randomTensor([5, 24], seed: 4)
        let (u, v) = (randomTensor([24], seed: 5), randomTensor([24], seed: 6))
        let modulated = x.floats.enumerated().map {
            Double($1) * (1 + Double(v.floats[$0 % 24])) + Double(u.floats[$0 % 24])
        }
        let gated = x.floats.enumerated().map { Double($1) + Double(u.floats[$0 % 24]) * Double(branch.floats[$0]) }
        #expect(excess(x.modulated(shift: u, scale: v), modulated, relative: 1e-6, floor: 1e-6) <= 0)
        #expect(excess(x.adding(branch, gate: u), gated, relative: 1e-6, floor: 1e-6) <= 0)
    }

    @Test func normalisationsOfRowsAndGroups() {
        let x = randomTensor([3, 5, 7, 24], seed: 8) * 5
        let (weight, bias) = (randomTensor([24], seed: 9), randomTensor([24], seed: 10))
        let (w, b) = (weight.floats.map(Double.init), bias.floats.map(Double.init))
        func normalise(_ values: [Double], centred: Bool) -> [Double] {
            let mean = centred ? values.reduce(0, +) / Double(values.count) : 0
            let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
            return values.map { ($0 - mean) / (variance + 1e-5).squareRoot() }
        }
        let rows = stride(from: 0, to: x.count, by: 24).map { x.floats[$0..<$0 + 24].map(Double.init) }
        let layer = rows.flatMap { zip(normalise($0, centred: true), zip(w, b)).map { $0 * $1.0 + $1.1 } }
        let rms = rows.flatMap { zip(normalise($0, centred: false), w).map { $0 * $1 } }
        #expect(
            excess(LayerNorm(weight: weight, bias: bias, epsilon: 1e-5)(x), layer, relative: 1e-5, floor: 1e-5) <= 0)
        #expect(excess(RMSNorm(weight: weight, epsilon: 1e-5)(x), rms, relative: 1e-5, floor: 1e-5) <= 0)

        var group = [Double](repeating: 0, count: x.count)
        for picture in 0..<3 {
            for g in 0..<4 {
                let indices = (0..<35).flatMap { p in (0..<6).map { (picture * 35 + p) * 24 + g * 6 + $0 } }
                let values = normalise(indices.map { Double(x.floats[$0]) }, centred: true)
                for (i, v) in zip(indices, values) { group[i] = v * w[i % 24] + b[i % 24] }
            }
        }
        let norm = GroupNorm(groups: 4, weight: weight, bias: bias, epsilon: 1e-5)
        #expect(excess(norm(x), group, relative: 1e-5, floor: 1e-5) <= 0)
        let silu = GroupNorm(groups: 4, weight: weight, bias: bias, epsilon: 1e-5, activation: .silu)
        #expect(excess(silu(x), group.map { $0 / (1 + exp(-$0)) }, relative: 1e-5, floor: 1e-5) <= 0)
        #expect(isSameBits(silu(x.items(1..<2)), silu(x).items(1..<2)))
    }

    @Test func unitRows() {
        let unit = Tensor([3, 4, 0, 0, 0, -2], shape: [3, 2]).normalized()
        #expect(unit.floats == [0.6, 0.8, 0, 0, 0, -1])
    }

    @Test func enlargementRepeatsPixels() {
        let x = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 1, 2, 2])
        #expect(x.upsampledNearest().shape == [2, 2, 4, 2])
        #expect(
            x.upsampledNearest().floats == [
                1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4, 5, 6, 5, 6, 7, 8, 7, 8, 5, 6, 5, 6, 7, 8, 7, 8,
            ])
    }

    @Test func resultsDoNotDependOnTheThreadCount() async {
        let x = randomTensor([1, 64, 64, 48], seed: 11)
        let weight = randomTensor([48], seed: 12)
        @Sendable func run() -> [Tensor] {
            [
                x.applying(.gelu), LayerNorm(epsilon: 1e-5)(x),
                GroupNorm(groups: 8, weight: weight, bias: weight, epsilon: 1e-5, activation: .silu)(x),
                scaledDotProductAttention(
                    query: x.reshaped([1, 4096, 48]).item(0).items(0..<200).reshaped([1, 200, 48]),
                    key: x.reshaped([1, 4096, 48]), value: x.reshaped([1, 4096, 48]), heads: 3),
            ]
        }
        let (one, two) = (await withThreads(1, run), await withThreads(2, run))
        #expect(zip(one, two).allSatisfy { isSameBits($0, $1) })
    }

    @Test func sumsEndInReLU() {
        let (a, b) = (randomTensor([3, 50], seed: 60), randomTensor([3, 50], seed: 61))
        #expect(a.addingReLU(b).floats == zip(a.floats, b.floats).map { max($0 + $1, 0) })
        #expect(a.applying(.relu).floats == a.floats.map { max($0, 0) })
    }

    /// Large tensors take each other's place in memory, and small ones do not notice.
    @Test func recycledMemoryHoldsWhatIsWritten() {
        let side = 1536
        recyclingMemory {
            var sum = Tensor(zeros: [side, side])
            let ones = Tensor(zeros: [side, side]).scaled(by: 0, plus: 1)
            for round in 1...5 {
                sum = sum + ones
                let smaller = sum.items(0..<side - round) + ones.items(0..<side - round)
                #expect(sum.floats.allSatisfy { $0 == Float(round) })
                #expect(smaller.floats.allSatisfy { $0 == Float(round + 1) })
            }
        }
    }
}
