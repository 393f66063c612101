import Foundation
import TensorCore

/// A frozen linear guess that a tower corrects: class scores among the latents, raised to a power, weigh one vector a
/// class; the sum, brought to length 1, is added to the tower's output.
public struct ScoreBase: Sendable {
    /// The channels of the latents that are scores, and their power: `base` of a tower in `config.json`.
    public struct Form: Sendable, Equatable, Codable {
        public let start: Int
        public let count: Int
        public let power: Double

        public init(start: Int, count: Int, power: Double) {
            (self.start, self.count, self.power) = (start, count, power)
        }
    }

    let form: Form
    /// `[outputs, form.count]`
    let weight: Tensor
    private let weigh: Linear

    /// `weight` is `[outputs, form.count]`, of any float type.
    public init(_ form: Form, weight: Tensor) {
        (self.form, self.weight) = (form, weight)
        weigh = Linear(weight: weight, bias: nil, precision: .float32)
    }

    /// unit(weight · scoreᵖᵒʷᵉʳ): `[n, inputs]` → `[n, outputs]`. Scores below 0 count as 0; rows without any score
    /// stay 0.
    func callAsFunction(_ latents: Tensor) -> Tensor {
        let rows = latents.shape[0], channels = latents.channels
        let powers = Tensor(shape: [rows, form.count]) { powers in
            latents.withFloats { latents in
                for row in 0..<rows {
                    for score in 0..<form.count {
                        let value = max(0, latents[row * channels + form.start + score])
                        powers[row * form.count + score] = pow(value, Float(form.power))
                    }
                }
            }
        }
        return weigh(powers).normalized()
    }
}
