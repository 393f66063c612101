import Foundation
import TensorCore

/// A frozen linear guess that a tower corrects: class scores among the latents, raised to a power, weigh one vector a
/// class.
///
/// A tower's output, its correction, is added to the sum brought to length 1, or chooses among the vectors (`BaseQuery`).
public struct ScoreBase: Sendable {
    /// The channels of the latents that are scores, their power, and how a correction is read: `base` of a tower in
    /// `config.json`.
    public struct Form: Sendable, Equatable, Codable {
        public let start: Int
        public let count: Int
        public let power: Double
        /// The factor of the query's products where corrections are queries; nil where they are added.
        public let gain: Double?

        public init(start: Int, count: Int, power: Double, gain: Double? = nil) {
            (self.start, self.count, self.power, self.gain) = (start, count, power, gain)
        }

        /// Number of vectors that queries are compared with.
        var queriedCount: Int { gain == nil ? 0 : count }
    }

    public static let gains = 0.01...100.0

    let form: Form
    /// `[outputs, form.count]`
    let weight: Tensor
    /// Reads corrections as queries; nil where they are added.
    let query: BaseQuery?
    private let weigh: Linear

    /// `weight` is `[outputs, form.count]`, of any float type.
    public init(_ form: Form, weight: Tensor) {
        (self.form, self.weight) = (form, weight)
        query = form.gain.map { BaseQuery(vectors: weight.float32().transposed(), gain: Float($0)) }
        weigh = Linear(weight: weight, bias: nil, precision: .float32)
    }

    /// unit(weight · scoreᵖᵒʷᵉʳ): `[n, inputs]` → `[n, outputs]`. Scores below 0 count as 0; rows without any score
    /// stay 0.
    func callAsFunction(_ latents: Tensor) -> Tensor {
        weigh(scores(of: latents) { pow($1, Float(form.power)) }).normalized()
    }

    /// Corrected points, `[n, outputs]` with rows of length 1, of latents `[n, inputs]` and corrections `[n, outputs]`.
    func points(of latents: Tensor, correctedBy corrections: Tensor) -> Tensor {
        guard let query else { return (corrections + self(latents)).normalized() }
        return query(corrections, logWeights: logWeights(of: latents, for: query)).sums.normalized()
    }

    /// The weights of the vectors in the points, `[n, form.count]`; nil where corrections are added.
    func weights(of latents: Tensor, correctedBy corrections: Tensor) -> Tensor? {
        query.map { $0(corrections, logWeights: logWeights(of: latents, for: $0)).weights }
    }

    /// The start of a tower in training, of latents `[n, inputs]`: points, or the logarithms of the weights.
    func start(of latents: Tensor) -> Tensor {
        query.map { logWeights(of: latents, for: $0) } ?? self(latents)
    }

    /// ln scoreᵖᵒʷᵉʳ of each class, `[n, form.count]`; −∞ for a class that has no score or no vector.
    private func logWeights(of latents: Tensor, for query: BaseQuery) -> Tensor {
        scores(of: latents) { query.isSpecific[$0] && $1 > 0 ? Float(form.power) * log($1) : -.infinity }
    }

    private func scores(of latents: Tensor, _ value: (_ score: Int, Float) -> Float) -> Tensor {
        let rows = latents.shape[0], channels = latents.channels
        return Tensor(shape: [rows, form.count]) { values in
            latents.withFloats { latents in
                for row in 0..<rows {
                    for score in 0..<form.count {
                        values[row * form.count + score] = value(
                            score, max(0, latents[row * channels + form.start + score]))
                    }
                }
            }
        }
    }
}
