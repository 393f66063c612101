import CKernels
import TensorCore

/// The STRUCTURE regulariser (Gröger et al., “With Limited Data for Multimodal Alignment, Let the STRUCTURE Guide You”,
/// arXiv 2506.16895): neighbours among a frozen encoder's latents should stay neighbours among the adapter's outputs.
///
/// Rows of length 1 are centred on their mean; softmax(c · cᵀ / temperature) of each row holds the probabilities of a
/// step from a latent to its neighbours, and its power l those of l steps. The value is 1 / levels · Σ over l of 1 / l
/// · the mean over rows of the Jensen–Shannon divergence of latents' and outputs' power l, in nats. The paper adds to a
/// loss the half of x's and of y's, times 10.
///
/// The authors' code takes KL(m ‖ p) where the paper's divergence, used here, has KL(p ‖ m), and subtracts a margin
/// that is 0 by default, which is left out. Matrices are `[n, n]`, so n should be at most some 1,000 rows of a batch.
public struct StructureRegulariser: Sendable {
    /// Number of steps up to which neighbourhoods are compared; at least 1.
    public let levels: Int
    /// Divisor of the similarities of centred rows; positive.
    public let temperature: Double

    public init(levels: Int = 1, temperature: Double = 0.07) {
        precondition(levels >= 1 && temperature > 0, "\(levels) levels at temperature \(temperature)")
        (self.levels, self.temperature) = (levels, temperature)
    }

    /// - Parameters:
    ///   - latents: `[n, inputs]`, the adapter's input, of any length; n is at least 1.
    ///   - adapted: `[n, outputs]`, the adapter's output for them, rows of length 1.
    /// - Returns: the value, and its gradient with respect to `adapted`.
    public func callAsFunction(latents: Tensor, adapted: Tensor) -> (value: Double, gradient: Tensor) {
        precondition(latents.shape.count == 2 && adapted.shape.count == 2, "rows of latents and of outputs")
        precondition(latents.rows == adapted.rows && adapted.count > 0, "\(latents.shape) and \(adapted.shape)")
        let kept = latents.normalized().centred.steps(temperature)
        let centred = adapted.centred
        var powers = [centred.steps(temperature)], target = kept
        var value = 0.0
        var slopes: [Tensor] = []
        for level in 1...levels {
            if level > 1 {
                target = target.times(kept)
                powers.append(powers[level - 2].times(powers[0]))
            }
            let weight = 1 / Double(levels * level * adapted.rows)
            let (divergence, slope) = powers[level - 1].divergence(from: target, weight: weight)
            value += divergence
            slopes.append(slope)
        }
        return (value, gradient(slopes, powers, centred))
    }

    /// Turns the gradients with respect to each power of the steps into that with respect to the rows.
    private func gradient(_ slopes: [Tensor], _ powers: [Tensor], _ centred: Tensor) -> Tensor {
        let steps = powers[0]
        var ofPower = slopes[levels - 1], ofSteps: Tensor?
        for level in (1..<levels).reversed() {
            let share = powers[level - 1].times(ofPower, transposingSelf: true)
            ofSteps = ofSteps.map { $0 + share } ?? share
            ofPower = ofPower.times(steps, transposingOther: true) + slopes[level - 1]
        }
        let ofLogits = steps.backward(ofSteps.map { $0 + ofPower } ?? ofPower)
        let left = ofLogits.times(centred), right = ofLogits.times(centred, transposingSelf: true)
        // Centring is a projection: its backward pass is itself.
        return ((left + right) * Float(1 / temperature)).centred
    }
}

/// Matrix operations of the regulariser.
extension Tensor {
    /// The rows less their mean.
    fileprivate var centred: Tensor {
        let all = PositiveGroups(labels: [Int32](repeating: 0, count: rows))
        return withFloats { x in
            Tensor(shape: shape) { y in
                y.update(repeating: 0)
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                all.addDeviations(of: x, channels: channels, scale: 1, to: y)
            }
        }
    }

    fileprivate func times(
        _ other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false
    ) -> Tensor {
        let (m, k) = transposingSelf ? (shape[1], shape[0]) : (shape[0], shape[1])
        let n = transposingOther ? other.shape[0] : other.shape[1]
        return Tensor(shape: [m, n]) { c in
            withFloats { a in
                other.withFloats { b in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                    multiply(
                        transposingSelf, transposingOther, m: m, n: n, k: k, alpha: 1, a: a, lda: channels,
                        b: b, ldb: other.channels, beta: 0, c: c, ldc: n)
                }
            }
        }
    }

    /// softmax(c · cᵀ / temperature) of each row.
    fileprivate func steps(_ temperature: Double) -> Tensor {
        let similarities = times(self, transposingOther: true)
        return Tensor(shape: similarities.shape) { y in
            similarities.withFloats {
                ck_softmax_rows($0.baseAddress, Float(1 / temperature), y.baseAddress, Int64(rows), Int64(rows))
            }
        }
    }

    /// Turns a `gradient` with respect to this softmax into one with respect to its logits.
    fileprivate func backward(_ gradient: Tensor) -> Tensor {
        Tensor(shape: shape) { y in
            gradient.withFloats { _ = y.update(fromContentsOf: $0) }
            withFloats { ck_softmax_rows_backward($0.baseAddress, y.baseAddress, Int64(rows), Int64(channels)) }
        }
    }

    /// `weight` times the sum over rows of the Jensen–Shannon divergence from `target`, and its gradient.
    fileprivate func divergence(from target: Tensor, weight: Double) -> (value: Double, gradient: Tensor) {
        var divergences = [Double](repeating: 0, count: rows)
        let gradient = Tensor(shape: shape) { g in
            withFloats { q in
                target.withFloats { p in
                    ck_jensen_shannon(
                        p.baseAddress, q.baseAddress, Float(weight), g.baseAddress, &divergences, Int64(rows),
                        Int64(channels))
                }
            }
        }
        return (divergences.reduce(0, +) * weight, gradient)
    }
}
