import Foundation
import TensorCore
import Testing

@testable import FuseMix

@Suite struct StructureRegulariserTests {
    typealias Twin = LossTwin

    /// Returns the regulariser by its definition, in double precision.
    private func value(_ latents: Twin.Matrix, _ adapted: Twin.Matrix, levels: Int, temperature: Double) -> Double {
        func steps(_ rows: Twin.Matrix) -> Twin.Matrix {
            let mean = Twin.transposed(rows).map { $0.reduce(0, +) / Double(rows.count) }
            let centred = rows.map { zip($0, mean).map { $0 - $1 } }
            return Twin.similarities(centred, centred).map { row in
                Twin.crossEntropy(row.map { $0 / temperature }, row).softmax
            }
        }
        let unit = latents.map { row in row.map { $0 / Twin.dot(row, row).squareRoot() } }
        let (p, q) = (steps(unit), steps(adapted))
        var (a, b) = (p, q), total = 0.0
        for level in 1...levels {
            if level > 1 {
                (a, b) = (Twin.similarities(a, Twin.transposed(p)), Twin.similarities(b, Twin.transposed(q)))
            }
            for (i, row) in a.enumerated() {
                for (u, v) in zip(row, b[i]) {
                    let m = (u + v) / 2
                    total += (u * log(u / m) + v * log(v / m)) / 2 / Double(rows(latents) * level * levels)
                }
            }
        }
        return total
    }

    private func rows(_ m: Twin.Matrix) -> Int { m.count }

    /// f32 divergences lose digits where both distributions are nearly the same, hence the tolerance of 1e-4 of the
    /// value.
    @Test(arguments: [(1, 0.07), (1, 0.5), (2, 0.3), (4, 0.5)])
    func isItsDefinition(levels: Int, temperature: Double) {
        let latents = Twin.unitRows(23, 9, seed: 1) * 4, adapted = Twin.unitRows(23, 6, seed: 2)
        let (found, gradient) = StructureRegulariser(levels: levels, temperature: temperature)(
            latents: latents, adapted: adapted)
        let (a, b) = (Twin.rows(latents), Twin.rows(adapted))
        let expected = value(a, b, levels: levels, temperature: temperature)
        #expect(abs(found - expected) <= 1e-5 * expected, "\(found), not \(expected)")
        let slopes = Twin.differences(b) { value(a, $0, levels: levels, temperature: temperature) }
        #expect(Twin.error(gradient.floats.map(Double.init), slopes) <= 2e-5)
    }

    @Test func keptNeighboursCostNothing() {
        let rows = Twin.unitRows(40, 8, seed: 3)
        let (found, gradient) = StructureRegulariser(levels: 3, temperature: 0.1)(latents: rows * 2, adapted: rows)
        #expect(abs(found) < 1e-7)
        #expect(gradient.floats.allSatisfy { abs($0) < 1e-6 })
    }

    /// With the smallest batch and the sharpest temperature, everything stays finite.
    @Test(arguments: [1, 2, 30], [0.001, 0.07])
    func isFinite(rows: Int, temperature: Double) {
        let (found, gradient) = StructureRegulariser(levels: 2, temperature: temperature)(
            latents: Twin.unitRows(rows, 9, seed: 4), adapted: Twin.unitRows(rows, 6, seed: 5))
        #expect(found.isFinite && found >= 0)
        #expect(gradient.shape == [rows, 6] && gradient.floats.allSatisfy(\.isFinite))
    }
}
