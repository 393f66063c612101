import Foundation
import TensorCore
import TestSupport
import Testing

@testable import FuseMix

/// Comparisons with scikit-learn and SciPy; see Training/fixtures/baseline_fixtures.py.
@Suite struct BaselineTests {
    struct Case: Decodable {
        struct Map: Decodable {
            let weight: [[Double]]
            let bias: [Double]
            let points: [[Double]]?
        }
        struct Base: Decodable {
            let start: Int
            let count: Int
            let power: Double
            let weight: [[Float]]
        }
        let x: [[Float]]
        let y: [[Float]]
        let strengths: [Double]
        let ridge: [Map]
        let plainRidge: [Map]
        let base: Base
        let corrected: [Map]
        let gcv: [Double]
        let procrustes: [[Double]]
        let cca: [[Double]]
        let plainCCA: [Double]?

        private enum CodingKeys: String, CodingKey {
            case x, y, strengths, ridge, base, corrected, gcv, procrustes, cca
            case plainRidge = "plain_ridge"
            case plainCCA = "plain_cca"
        }

        func moments(channels: Int? = nil, unitY: Bool = false) throws -> PairMoments {
            try PairMoments(
                x: x.map { Array($0.prefix(channels ?? $0.count)) }, y: y, unitY: unitY)
        }

        var scoreBase: ScoreBase {
            ScoreBase(
                .init(start: base.start, count: base.count, power: base.power), weight: Tensor(rows: base.weight))
        }
    }

    let tall: Case
    let wide: Case

    init() throws {
        let url = Bundle.module.bundleURL.appending(path: "Fixtures/baselines.json")
        let cases = try JSONDecoder().decode([String: Case].self, from: Data(contentsOf: url))
        (tall, wide) = try (#require(cases["tall"]), #require(cases["wide"]))
    }

    @Test func ridgeEqualsScikitLearns() throws {
        for test in [tall, wide] {
            let ridge = try RidgeRegression(test.moments(unitY: true), anchored: true)
            for (strength, expected) in zip(test.strengths, test.ridge) {
                let (map, anchor) = ridge.maps(strength: strength)
                // The rows of y are normalised in single precision here, in double there.
                #expect(difference(map.weight.values, expected.weight.flatMap { $0 }) <= 1e-6)
                #expect(difference(map.bias, expected.bias) <= 1e-6 && anchor == nil)
            }
        }
    }

    /// Ridge regression of the base's residuals, and the points of the finished pair, on disk and read back.
    @Test func ridgeOnABaseEqualsScikitLearns() throws {
        for test in [tall, wide] {
            let (x, y, count) = (Tensor(rows: test.x), Tensor(rows: test.y), test.x.count)
            let pairs = PairList(
                xRows: Array(0..<count), yRows: Array(0..<count), groups: (0..<count).map(String.init))
            let split = try PairSplit(pairs, by: .fraction(0), seed: 0)
            for (strength, expected) in zip(test.strengths, test.corrected) {
                let component = try Baseline.linear.fit(
                    x: x, y: y, pairs: pairs, split: split, anchored: true, base: test.scoreBase, strength: strength
                ).component
                let tensors = Dictionary(uniqueKeysWithValues: component.tensors.map { ($0.name, $0.tensor.floats) })
                let weight = try #require(tensors["x.output_projection.weight"]).map(Double.init)
                let bias = try #require(tensors["x.output_projection.bias"]).map(Double.init)
                #expect(difference(weight, expected.weight.flatMap { $0 }) <= 1e-6)
                #expect(difference(bias, expected.bias) <= 1e-6)
                let folder = try TemporaryFolder()
                try component.write(to: folder.url)
                let points = try AdapterPair(contentsOf: folder.url).x(x).floats.map(Double.init)
                #expect(difference(points, try #require(expected.points).flatMap { $0 }) <= 2e-6)
            }
        }
    }

    /// Both sides are centred: the map of x leaves out the mean of y, and the map of y subtracts it.
    @Test func ridgeThatIsNotAnchoredEqualsScikitLearns() throws {
        for test in [tall, wide] {
            let moments = try test.moments()
            let ridge = try RidgeRegression(moments, anchored: false)
            for (strength, expected) in zip(test.strengths, test.plainRidge) {
                let (x, y) = ridge.maps(strength: strength)
                #expect(difference(x.weight.values, expected.weight.flatMap { $0 }) <= 1e-9)
                #expect(difference(zip(x.bias, moments.meanY).map { $0 + $1 }, expected.bias) <= 1e-9)
                #expect(y?.bias == moments.meanY.map { -$0 } && y?.weight.values == identity(moments.meanY.count))
            }
        }
    }

    @Test func crossValidationErrorIsThatOfTheHatMatrix() throws {
        for test in [tall, wide] {
            let ridge = try RidgeRegression(test.moments(unitY: true), anchored: true)
            for (strength, expected) in zip(test.strengths, test.gcv) {
                #expect(abs(ridge.crossValidationError(strength: strength) / expected - 1) <= 1e-5)
            }
            let best = RidgeRegression.strengths.min {
                ridge.crossValidationError(strength: $0) < ridge.crossValidationError(strength: $1)
            }
            #expect(ridge.automaticStrength == best)
        }
    }

    @Test func procrustesEqualsScipys() throws {
        for test in [tall, wide] {
            let procrustes = try OrthogonalProcrustes(test.moments(channels: test.y[0].count))
            // The wide case has fewer pairs than channels, so the pairs do not determine the whole rotation.
            guard test.x.count > test.y[0].count else {
                #expect(
                    difference((procrustes.rotation.transposed * procrustes.rotation).values, identity(15)) <= 1e-12)
                continue
            }
            #expect(difference(procrustes.rotation.values, test.procrustes.flatMap { $0 }) <= 1e-9)
        }
    }

    /// The shorter side is orthonormal, and its trace with the covariance is the sum of the singular values, which no
    /// such matrix exceeds.
    @Test func procrustesOfDifferentWidthsIsTheBestSemiOrthogonalMap() throws {
        for (x, y) in [(tall.x, tall.y), (tall.y, tall.x)] {
            let moments = try PairMoments(x: x, y: y, unitY: false)
            let rotation = try OrthogonalProcrustes(moments).rotation
            let short =
                rotation.rows < rotation.columns ? rotation * rotation.transposed : rotation.transposed * rotation
            #expect(difference(short.values, identity(6)) <= 1e-12)
            let total = try moments.xy.singularValues().s.reduce(0, +)
            #expect(abs((rotation.transposed * moments.xy).trace / total - 1) <= 1e-12)
        }
    }

    /// No other scale of the rotated x comes nearer to y.
    @Test func anchoredProcrustesHasTheSizeOfLeastSquares() throws {
        for (x, y) in [(tall.x, tall.y), (tall.y, tall.x)] {
            let moments = try PairMoments(x: x, y: y, unitY: false)
            let (map, anchor) = try OrthogonalProcrustes(moments).maps(anchored: true)
            let error = { (size: Double) in
                size * size * (map.weight * moments.xx * map.weight.transposed).trace
                    - 2 * size * (map.weight * moments.xy).trace
            }
            #expect(anchor == nil && error(1) < error(0.999) && error(1) < error(1.001))
            // The mean of x is mapped to the mean of y.
            let mean = zip(map.weight * moments.meanX, map.bias).map { $0 + $1 }
            #expect(difference(mean, moments.meanY) <= 1e-12)
        }
    }

    @Test func canonicalCorrelationsEqualTheGeneralisedEigenvalues() throws {
        for test in [tall, wide] {
            let cca = try CanonicalCorrelation(test.moments(), dimensions: test.y[0].count)
            for (strength, expected) in zip(test.strengths, test.cca) {
                #expect(difference(try cca.correlations(strength: strength), expected) <= 1e-9)
            }
        }
    }

    @Test func withoutRegularisationTheyAreScikitLearns() throws {
        let expected = try #require(tall.plainCCA)
        let correlations = try CanonicalCorrelation(tall.moments(), dimensions: 6).correlations(strength: 1e-9)
        #expect(difference(correlations, expected) <= 1e-4)
    }

    /// The weighted variates of CSA: their dot products over the training pairs add up to Σ ρ² per pair.
    @Test func variatesAreWeightedByTheirCorrelation() throws {
        let cca = try CanonicalCorrelation(tall.moments(), dimensions: 4)
        let (strength, moments) = (1e-9, try tall.moments())
        let maps = try cca.maps(strength: strength)
        let y = try #require(maps.y)
        let rho = try cca.correlations(strength: strength)
        let crossed = maps.x.weight * moments.xy * y.weight.transposed
        let variances = maps.x.weight * moments.xx * maps.x.weight.transposed
        for row in 0..<4 {
            for column in 0..<4 {
                let (cross, variance) = (crossed.values[row * 4 + column], variances.values[row * 4 + column])
                #expect(abs(cross - (row == column ? rho[row] * rho[row] : 0)) <= 1e-6)
                #expect(abs(variance - (row == column ? rho[row] : 0)) <= 1e-6)
            }
        }
    }

    /// The rows are more than one block holds, in half precision, picked out of order.
    @Test func blocksAddUpToTheWhole() throws {
        let count = 2500
        let values = (0..<count * 5).map { Float(($0 * 7919) % 1013) / 256 - 2 }
        let (x, y) = (Tensor(values, shape: [count, 5]).float16(), Tensor(values.reversed(), shape: [count, 5]))
        let pairs = PairList(
            xRows: (0..<count).map { ($0 * 3) % count }, yRows: Array((0..<count).reversed()),
            groups: (0..<count).map(String.init))
        let moments = try PairMoments(
            x: LatentRows(x, side: "x", channels: 5), y: LatentRows(y, side: "y", channels: 5), pairs: pairs,
            training: Array(0..<count), unitY: false)
        let twin = Twin(
            x: pairs.xRows.map { x.item($0).floats.map(Double.init) },
            y: pairs.yRows.map { y.item($0).floats.map(Double.init) })
        #expect(moments.count == count)
        #expect(difference(moments.meanX, twin.mean(twin.x)) <= 1e-12)
        #expect(difference(moments.xx.values, twin.covariance(twin.x, twin.x)) <= 1e-10)
        #expect(difference(moments.xy.values, twin.covariance(twin.x, twin.y)) <= 1e-10)
        #expect(difference(moments.yy.values, twin.covariance(twin.y, twin.y)) <= 1e-10)
    }

    private func identity(_ size: Int) -> [Double] { Matrix.identity(size).values }
}

/// Means and covariances, computed the plain way.
private struct Twin {
    let x: [[Double]]
    let y: [[Double]]

    func mean(_ rows: [[Double]]) -> [Double] {
        rows[0].indices.map { column in rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
    }

    func covariance(_ a: [[Double]], _ b: [[Double]]) -> [Double] {
        let (meanA, meanB) = (mean(a), mean(b))
        return a[0].indices.flatMap { i in
            b[0].indices.map { j in
                zip(a, b).reduce(0) { $0 + ($1.0[i] - meanA[i]) * ($1.1[j] - meanB[j]) } / Double(a.count)
            }
        }
    }
}

extension PairMoments {
    /// Makes pairs from rows that correspond one to one.
    fileprivate init(x: [[Float]], y: [[Float]], unitY: Bool) throws {
        let names = x.indices.map(String.init)
        try self.init(
            x: LatentRows(Tensor(rows: x), side: "x", channels: x[0].count),
            y: LatentRows(Tensor(rows: y), side: "y", channels: y[0].count),
            pairs: PairList(xRows: Array(x.indices), yRows: Array(x.indices), groups: names),
            training: Array(x.indices), unitY: unitY)
    }
}

extension Tensor {
    /// Makes a matrix from rows.
    init(rows: [[Float]]) { self.init(rows.flatMap { $0 }, shape: [rows.count, rows[0].count]) }
}

/// Returns the largest difference between corresponding numbers; infinite where the counts differ.
func difference(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}
