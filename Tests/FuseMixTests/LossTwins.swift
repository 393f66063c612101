import Foundation
import TensorCore

/// Contrastive losses written out over the whole similarity matrix in double precision, and functions to compare with
/// them.
enum LossTwin {
    typealias Matrix = [[Double]]

    struct Value {
        var loss: Double
        var x: Matrix
        var y: Matrix
        var scalars: [Double]
    }

    static func rows(_ tensor: Tensor) -> Matrix {
        (0..<tensor.rows).map { tensor.item($0).floats.map(Double.init) }
    }

    static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    static func similarities(_ x: Matrix, _ y: Matrix) -> Matrix { x.map { row in y.map { dot(row, $0) } } }

    static func transposed(_ m: Matrix) -> Matrix {
        m.isEmpty ? [] : m[0].indices.map { column in m.map { $0[column] } }
    }

    /// Returns -Σ target · log softmax, and the softmax of the row.
    static func crossEntropy(_ logits: [Double], _ target: [Double]) -> (loss: Double, softmax: [Double]) {
        let most = logits.max() ?? 0
        let logSum = most + log(logits.reduce(0) { $0 + exp($1 - most) })
        return (zip(logits, target).reduce(0) { $0 - $1.1 * ($1.0 - logSum) }, logits.map { exp($0 - logSum) })
    }

    static func infonce(_ x: Matrix, _ y: Matrix, temperature: Double, labels: [Int32]) -> Value {
        let s = similarities(x, y), n = Double(x.count)
        let targets = labels.map { label in
            let same = labels.map { $0 == label ? 1.0 : 0 }
            return same.map { $0 / same.reduce(0, +) }
        }
        var loss = 0.0
        var slopes = s.map { _ in [Double](repeating: 0, count: s.count) }
        for (i, row) in s.enumerated() {
            let (value, p) = crossEntropy(row.map { $0 / temperature }, targets[i])
            loss += value / (2 * n)
            for j in p.indices { slopes[i][j] += (p[j] - targets[i][j]) / (2 * n) }
        }
        for (j, column) in transposed(s).enumerated() {
            let (value, p) = crossEntropy(column.map { $0 / temperature }, targets[j])
            loss += value / (2 * n)
            for i in p.indices { slopes[i][j] += (p[i] - targets[j][i]) / (2 * n) }
        }
        let ofTemperature = zip(slopes, s).reduce(0) { $0 - dot($1.0, $1.1) / (temperature * temperature) }
        return value(loss, slopes.map { $0.map { $0 / temperature } }, x, y, [ofTemperature])
    }

    static func sigmoid(_ x: Matrix, _ y: Matrix, logScale: Double, bias: Double, labels: [Int32]) -> Value {
        let s = similarities(x, y), n = Double(x.count), scale = exp(logScale)
        var loss = 0.0, ofLogScale = 0.0, ofBias = 0.0
        var slopes = s
        for i in s.indices {
            for j in s.indices {
                let z = labels[i] == labels[j] ? 1.0 : -1, logit = scale * s[i][j] + bias
                loss += max(-z * logit, 0) + log1p(exp(-abs(logit)))
                let slope = -z / (1 + exp(z * logit)) / n
                ofLogScale += slope * scale * s[i][j]
                ofBias += slope
                slopes[i][j] = slope * scale
            }
        }
        return value(loss / n, slopes, x, y, [ofLogScale, ofBias])
    }

    private static func value(
        _ loss: Double, _ slopes: Matrix, _ x: Matrix, _ y: Matrix, _ scalars: [Double]
    ) -> Value {
        let (columnsOfX, columnsOfY) = (transposed(x), transposed(y))
        return Value(
            loss: loss, x: slopes.map { row in columnsOfY.map { dot(row, $0) } },
            y: transposed(slopes).map { column in columnsOfX.map { dot(column, $0) } }, scalars: scalars)
    }

    /// Returns ‖found − expected‖ / ‖expected‖, or ‖found‖ where the expected value is zero.
    static func error(_ found: Tensor?, _ expected: Matrix) -> Double {
        guard let found, found.shape == [expected.count, expected[0].count] else { return .infinity }
        return error(found.floats.map(Double.init), expected.flatMap { $0 })
    }

    static func error(_ found: [Double], _ expected: [Double]) -> Double {
        let difference = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        let length = dot(expected, expected).squareRoot()
        let error = length > 0 ? difference / length : difference
        return error.isNaN ? .infinity : error
    }

    /// Returns reproducible rows of length 1 that look random.
    static func unitRows(_ count: Int, _ channels: Int, seed: UInt64) -> Tensor {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        return Tensor(
            (0..<count * channels).map { _ in
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
            }, shape: [count, channels]
        ).normalized()
    }

    /// Returns (f(v + step) − f(v − step)) / 2 step for every element of a matrix.
    static func differences(_ m: Matrix, step: Double = 1e-5, _ f: (Matrix) -> Double) -> [Double] {
        m.indices.flatMap { i in
            m[i].indices.map { j in
                var above = m, below = m
                above[i][j] += step
                below[i][j] -= step
                return (f(above) - f(below)) / (2 * step)
            }
        }
    }
}
