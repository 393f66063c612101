import Testing

@testable import FuseMix

@Suite struct CosineLossTests {
    @Test(arguments: [1, 2, 17])
    func lossAndGradientAreThoseOfItsDefinition(batch: Int) {
        let x = LossTwin.unitRows(batch, 12, seed: 31), y = LossTwin.unitRows(batch, 12, seed: 32)
        func loss(_ x: [[Double]]) -> Double {
            zip(x, LossTwin.rows(y)).reduce(0) { $0 + 1 - zip($1.0, $1.1).reduce(0) { $0 + $1.0 * $1.1 } }
                / Double(batch)
        }
        let value = CosineLoss()(x, y)
        let rows = LossTwin.rows(x)
        #expect(abs(value.loss - loss(rows)) < 1e-6)
        #expect(value.gradientY == nil && value.scalarGradients.isEmpty)
        let gradient = LossTwin.rows(value.gradientX)
        // The loss is linear in x, so a difference of any size is exact except for rounding.
        for (row, channel) in [(0, 0), (batch - 1, 11), (batch / 2, 5)] {
            var moved = rows
            moved[row][channel] += 0.5
            #expect(abs((loss(moved) - loss(rows)) / 0.5 - gradient[row][channel]) < 1e-6)
        }
    }

    @Test func pairsThatCoincideCostNothing() {
        let x = LossTwin.unitRows(9, 12, seed: 33)
        #expect(abs(CosineLoss()(x, x).loss) < 1e-6)
    }
}
