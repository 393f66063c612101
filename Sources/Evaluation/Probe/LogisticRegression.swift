import COpenBLAS
import Foundation

/// Multinomial logistic regression with an L2 penalty on the weights and none on the intercepts, as scikit-learn's
/// `LogisticRegression`: minimises ½‖W‖² + C Σ −log softmax(Wx + b)[label], in double precision.
struct LogisticRegression {
    /// `[classes, channels]`, row by row.
    let weight: [Double]
    let bias: [Double]

    /// - Parameters:
    ///   - strength: C; less means more regularisation.
    ///   - start: The solution for another strength, to begin with.
    init(
        _ features: FeatureRows, labels: [Int], classes: Int, strength: Double, start: LogisticRegression? = nil
    ) {
        let objective = Objective(features, labels: labels, classes: classes, strength: strength)
        let channels = features.channels
        var parameters = [Double](repeating: 0, count: classes * (channels + 1))
        if let start {
            parameters = start.weight + objective.centred(start.bias, weight: start.weight)
        }
        QuasiNewton(scale: objective.scale).minimise(&parameters, objective.value)
        weight = Array(parameters.prefix(classes * channels))
        bias = objective.uncentred(Array(parameters.suffix(classes)), weight: weight)
    }

    /// Logits `[rows, classes]`, row by row.
    func scores(of features: FeatureRows) -> [Double] {
        var scores = Array(repeatElement(bias, count: features.count).joined())
        blas_dgemm(
            false, true, Int32(features.count), Int32(bias.count), Int32(features.channels), features.values,
            Int32(features.channels), weight, Int32(features.channels), 1, &scores, Int32(bias.count))
        return scores
    }
}

/// The mean loss and its gradient, of features moved to mean 0: the intercepts take the move up, so that the solution is
/// the same and is found sooner.
private struct Objective {
    private let rows: FeatureRows
    private let means: [Double]
    private let labels: [Int]
    private let classes: Int
    /// Weight of ½‖W‖² beside the mean loss.
    private let penalty: Double
    /// Rough inverse curvature of each parameter.
    let scale: [Double]

    init(_ features: FeatureRows, labels: [Int], classes: Int, strength: Double) {
        let (means, deviations) = features.moments
        (self.means, self.labels, self.classes) = (means, labels, classes)
        rows = features.moved(by: means)
        let penalty = 1 / (strength * Double(features.count))
        self.penalty = penalty
        // The curvature of a class of average probability.
        let share = 1 / Double(classes) * (1 - 1 / Double(classes))
        let ofChannels = deviations.map { 1 / (share * $0 * $0 + penalty) }
        scale = Array(repeatElement(ofChannels, count: classes).joined()) + Array(repeating: 1 / share, count: classes)
    }

    func centred(_ bias: [Double], weight: [Double]) -> [Double] { moved(bias, weight, by: 1) }
    func uncentred(_ bias: [Double], weight: [Double]) -> [Double] { moved(bias, weight, by: -1) }

    private func moved(_ bias: [Double], _ weight: [Double], by sign: Double) -> [Double] {
        bias.enumerated().map { index, bias in
            bias + sign
                * zip(weight[index * means.count..<(index + 1) * means.count], means).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }

    /// Returns the value and leaves the gradient.
    func value(_ parameters: [Double], _ gradient: inout [Double]) -> Double {
        let (count, channels) = (rows.count, rows.channels)
        var logits = Array(repeatElement(parameters.suffix(classes), count: count).joined())
        blas_dgemm(
            false, true, Int32(count), Int32(classes), Int32(channels), rows.values, Int32(channels), parameters,
            Int32(channels), 1, &logits, Int32(classes))
        var loss = 0.0
        for row in 0..<count {
            let range = row * classes..<(row + 1) * classes
            let highest = logits[range].max() ?? 0
            let right = logits[range.lowerBound + labels[row]]
            var sum = 0.0
            for place in range {
                logits[place] = exp(logits[place] - highest)
                sum += logits[place]
            }
            loss += highest + log(sum) - right
            for place in range { logits[place] /= sum * Double(count) }
            logits[range.lowerBound + labels[row]] -= 1 / Double(count)
        }
        var squares = 0.0
        for index in 0..<classes * channels {
            squares += parameters[index] * parameters[index]
            gradient[index] = penalty * parameters[index]
        }
        for label in 0..<classes {
            gradient[classes * channels + label] = stride(from: label, to: logits.count, by: classes).reduce(0) {
                $0 + logits[$1]
            }
        }
        blas_dgemm(
            true, false, Int32(classes), Int32(channels), Int32(count), logits, Int32(classes), rows.values,
            Int32(channels), 1, &gradient, Int32(channels))
        return loss / Double(count) + penalty / 2 * squares
    }
}
