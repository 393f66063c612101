import Foundation

/// A linear probe as CLIP's (Radford and others, arXiv 2103.00020, appendix A.3): logistic regression on the features as
/// they are, of the strength that is best on a fifth of the training groups, then fitted to all of them.
struct LinearProbe {
    /// The strengths C to choose from, ten to the power of these.
    static let exponents = -6...6
    /// One fold of so many is held out to choose by.
    static let validationFolds = 5

    let regression: LogisticRegression
    let strength: Double

    /// - Parameter strength: C; nil chooses it.
    /// - Throws: `ProbeError.fewGroups`.
    init(_ training: LabelledLatents, indices: [String: Int], strength: Double?, seed: UInt64) throws {
        let features = FeatureRows(training.vectors)
        let labels = training.labels.map { indices[$0, default: 0] }
        self.strength = try strength ?? Self.best(training, indices: indices, seed: seed)
        regression = LogisticRegression(features, labels: labels, classes: indices.count, strength: self.strength)
    }

    /// The strength with the highest top-1 accuracy on the part held out; of equal ones the most regularised.
    private static func best(_ items: LabelledLatents, indices: [String: Int], seed: UInt64) throws -> Double {
        let held = try items.folds(validationFolds, seed: seed)[0]
        let kept = Set(items.labels.indices).subtracting(held).sorted()
        let (training, validation) = (items.rows(kept), items.rows(held))
        let (features, test) = (FeatureRows(training.vectors), FeatureRows(validation.vectors))
        let labels = training.labels.map { indices[$0, default: 0] }
        var best = (strength: 1.0, right: -1)
        var solution: LogisticRegression?
        for exponent in exponents {
            let strength = pow(10, Double(exponent))
            let next = LogisticRegression(
                features, labels: labels, classes: indices.count, strength: strength, start: solution)
            solution = next
            let scores = next.scores(of: test)
            let right = validation.labels.enumerated().count { row, label in
                let logits = scores[row * indices.count..<(row + 1) * indices.count]
                return logits.firstIndex(of: logits.max() ?? 0) == row * indices.count + indices[label, default: 0]
            }
            if right > best.right { best = (strength, right) }
        }
        return best.strength
    }
}
