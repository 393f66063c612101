import Foundation
import TensorCore
import TestSupport
import Testing

@testable import FuseMix

/// The streamed losses compared with whole-matrix twins in double precision.
///
/// Tolerances: an f32 similarity of unit rows errs by about 1e-7, and its share of a softmax by that over the
/// temperature (times the scale for the sigmoid loss). Sums over a batch are in double or over short runs.
@Suite struct LossTests {
    typealias Twin = LossTwin

    static func tolerance(_ temperature: Double) -> Double { 2e-6 + 2e-7 / temperature }

    /// Returns labels of the kinds that batches have.
    static func labels(_ kind: String, _ count: Int) -> [Int32]? {
        switch kind {
        case "none": nil
        case "unique": (0..<Int32(count)).map { 7 - 3 * $0 }
        case "captions": (0..<Int32(count)).map { $0 / 5 }
        case "scattered": (0..<Int32(count)).map { $0 * 13 % 7 }
        default: [Int32](repeating: 5, count: count)
        }
    }

    private func check(_ value: LossValue, _ twin: Twin.Value, _ tolerance: Double, _ words: String) {
        #expect(
            abs(value.loss - twin.loss) <= 1e-6 * twin.loss, "\(words): \(value.loss), not \(twin.loss)")
        #expect(Twin.error(value.gradientX, twin.x) <= tolerance, "\(words), x")
        #expect(Twin.error(value.gradientY, twin.y) <= tolerance, "\(words), y")
        for (found, expected) in zip(value.scalarGradients, twin.scalars) {
            // The loss is a sum over all pairs, small where the scalar is nearly right; its terms are as large as the
            // loss.
            let floor = tolerance * twin.loss
            #expect(
                abs(found - expected) <= tolerance * abs(expected) + floor,
                "\(words): \(found), not \(expected)")
        }
    }

    /// In a batch of one the only candidate is the right one, so the loss and all gradients are 0.
    @Test(
        arguments: [1, 2, 15, 16, 17, 50], [0.001, 0.07, 0.5])
    func infonceIsTheWholeMatrix(batch: Int, temperature: Double) {
        let x = Twin.unitRows(batch, 12, seed: 1)
        let y = Twin.unitRows(batch, 12, seed: 2)
        for kind in ["none", "unique", "captions", "scattered", "equal"] {
            let labels = Self.labels(kind, batch)
            let found = StreamedInfoNCE(temperature: temperature, tileSide: 16)(x, y, labels: labels)
            let twin = Twin.infonce(
                Twin.rows(x), Twin.rows(y), temperature: temperature,
                labels: labels ?? (0..<Int32(batch)).map { $0 })
            check(found, twin, Self.tolerance(temperature), "\(batch) at \(temperature), \(kind)")
        }
    }

    @Test(arguments: [1, 2, 15, 16, 17, 50], [(3.0, -10.0), (0, 0), (4.6, 3)])
    func sigmoidIsTheWholeMatrix(batch: Int, scalars: (logScale: Double, bias: Double)) {
        let x = Twin.unitRows(batch, 12, seed: 3)
        let y = Twin.unitRows(batch, 12, seed: 4)
        for kind in ["none", "unique", "captions", "scattered", "equal"] {
            let labels = Self.labels(kind, batch)
            let loss = StreamedSigmoidLoss(logScale: scalars.logScale, bias: scalars.bias, tileSide: 16)
            let twin = Twin.sigmoid(
                Twin.rows(x), Twin.rows(y), logScale: scalars.logScale, bias: scalars.bias,
                labels: labels ?? (0..<Int32(batch)).map { $0 })
            let tolerance = Self.tolerance(exp(-scalars.logScale))
            check(loss(x, y, labels: labels), twin, tolerance, "\(batch), \(scalars), \(kind)")
        }
    }

    /// The batch has more than one tile of the default size, and the tiles at the edges are not whole.
    @Test func tilesOfTheirDefaultSize() {
        let batch = SimilarityTiles.defaultSide + 90
        let x = Twin.unitRows(batch, 20, seed: 5)
        let y = Twin.unitRows(batch, 20, seed: 6)
        let labels = Self.labels("captions", batch)
        let own = (0..<Int32(batch)).map { $0 }
        let (a, b) = (Twin.rows(x), Twin.rows(y))
        check(
            StreamedInfoNCE(temperature: 0.07)(x, y), Twin.infonce(a, b, temperature: 0.07, labels: own),
            Self.tolerance(0.07), "InfoNCE")
        check(
            StreamedInfoNCE(temperature: 0.07)(x, y, labels: labels),
            Twin.infonce(a, b, temperature: 0.07, labels: labels ?? []), Self.tolerance(0.07),
            "multi-positive")
        check(
            StreamedSigmoidLoss()(x, y), Twin.sigmoid(a, b, logScale: log(20), bias: -10, labels: own),
            Self.tolerance(0.05), "sigmoid")
    }

    /// Rows recur and pairs coincide, with and without labels that say so. Attraction and repulsion then cancel, and
    /// the gradient errs by as much as they do.
    @Test(arguments: [0.001, 0.07, 0.5])
    func duplicates(temperature: Double) {
        let few = Twin.unitRows(6, 12, seed: 7)
        let x = Tensor.concatenated([few, few, few.items(0..<3), few])
        for kind in ["none", "scattered"] {
            let labels = Self.labels(kind, 21)
            let found = StreamedInfoNCE(temperature: temperature, tileSide: 8)(x, x, labels: labels)
            let twin = Twin.infonce(
                Twin.rows(x), Twin.rows(x), temperature: temperature, labels: labels ?? (0..<21).map { $0 })
            #expect(abs(found.loss - twin.loss) <= 1e-6 * twin.loss)
            let difference =
                zip(found.gradientX.floats, twin.x.flatMap { $0 }).map { abs(Double($0) - $1) }.max() ?? 1
            #expect(
                difference <= Self.tolerance(temperature) / (21 * temperature), "\(temperature), \(kind)")
        }
    }

    /// A loss keeps its digits even when every pair is found and little of it remains.
    @Test func nearlyNothingLeftToLearn() {
        let channels = 12
        let x = Tensor(
            (0..<channels * channels).map { $0 % (channels + 1) == 0 ? 1 : 0 },
            shape: [channels, channels])
        let found = StreamedInfoNCE(temperature: 0.05)(x, x)
        let twin = log1p(11 * exp(-1 / 0.05))
        #expect(abs(found.loss - twin) <= 1e-6 * twin)
        let own = Double(found.gradientX.floats[0])
        let expected = -11 * exp(-20) / (1 + 11 * exp(-20)) / (0.05 * 12)
        #expect(abs(own - expected) <= 1e-5 * abs(expected))
    }

    @Test func twinsFollowTheirFiniteDifferences() {
        let x = Twin.rows(Twin.unitRows(5, 4, seed: 8))
        let y = Twin.rows(Twin.unitRows(5, 4, seed: 9))
        let labels: [Int32] = [0, 1, 0, 2, 2]
        let losses: [([Double]) -> (Twin.Matrix, Twin.Matrix) -> Twin.Value] = [
            { scalars in { Twin.infonce($0, $1, temperature: scalars[0], labels: labels) } },
            { scalars in { Twin.sigmoid($0, $1, logScale: scalars[0], bias: scalars[1], labels: labels) }
            },
        ]
        for (loss, scalars) in zip(losses, [[0.2], [1.5, -1]]) {
            let value = loss(scalars)(x, y)
            #expect(
                Twin.error(Twin.differences(x) { loss(scalars)($0, y).loss }, value.x.flatMap { $0 }) < 1e-7
            )
            #expect(
                Twin.error(Twin.differences(y) { loss(scalars)(x, $0).loss }, value.y.flatMap { $0 }) < 1e-7
            )
            #expect(
                Twin.error(Twin.differences([scalars]) { loss($0[0])(x, y).loss }, value.scalars) < 1e-7)
        }
    }

    @Test func aFixedSideChangesNothingElse() {
        let x = Twin.unitRows(40, 12, seed: 10)
        let y = Twin.unitRows(40, 12, seed: 11)
        let pairs = [
            (
                StreamedInfoNCE(temperature: 0.07)(x, y),
                StreamedInfoNCE(temperature: 0.07)(x, y, withGradientY: false)
            ),
            (StreamedSigmoidLoss()(x, y), StreamedSigmoidLoss()(x, y, withGradientY: false)),
        ]
        for (both, one) in pairs {
            #expect(one.gradientY == nil)
            #expect(one.loss == both.loss && one.scalarGradients == both.scalarGradients)
            #expect(one.gradientX.floats == both.gradientX.floats)
        }
    }

    @Test func notANumberIsNotHidden() {
        var values = Twin.unitRows(20, 12, seed: 12).floats
        values[100] = .nan
        let x = Tensor(values, shape: [20, 12])
        let y = Twin.unitRows(20, 12, seed: 13)
        #expect(StreamedInfoNCE(temperature: 0.07)(x, y).loss.isNaN)
        #expect(StreamedSigmoidLoss()(x, y).loss.isNaN)
    }

    @Test func repeatsItsBits() async {
        let x = Twin.unitRows(700, 48, seed: 14)
        let y = Twin.unitRows(700, 48, seed: 15)
        let labels = Self.labels("captions", 700)
        @Sendable func run() -> [[Double]] {
            let values = [
                StreamedInfoNCE(temperature: 0.07, tileSide: 256)(x, y),
                StreamedInfoNCE(temperature: 0.07, tileSide: 256)(x, y, labels: labels),
                StreamedSigmoidLoss(logScale: 3, bias: -10, tileSide: 256)(x, y),
            ]
            return values.map { value in
                [value.loss] + value.scalarGradients
                    + (value.gradientX + (value.gradientY ?? x)).floats.map(Double.init)
            }
        }
        for threads in [1, 2] { #expect(await withThreads(threads, run) == withThreads(threads, run)) }
    }
}
