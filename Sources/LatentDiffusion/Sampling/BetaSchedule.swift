extension DiscreteDiffusion {
    /// The growth of β over training.
    public enum BetaSchedule: String, Sendable, Codable, CaseIterable {
        /// Linear in β.
        case linear
        /// Linear in √β, as latent diffusion was trained.
        case scaledLinear = "scaled_linear"
        /// ᾱ is a squared cosine, β at most 0.999 (Nichol and Dhariwal, arXiv 2102.09672); the bounds
        /// of β are not used.
        case squaredCosine = "squaredcos_cap_v2"

        /// `count` values of β, rounded to single precision where diffusers rounds them.
        func betas(count: Int, _ bounds: ClosedRange<Double>) -> [Float] {
            switch self {
            case .linear:
                return Self.even(bounds.lowerBound, bounds.upperBound, count)
            case .scaledLinear:
                return Self.even(bounds.lowerBound.squareRoot(), bounds.upperBound.squareRoot(), count).map { $0 * $0 }
            case .squaredCosine:
                return (0..<count).map { step in
                    Float(min(1 - Self.kept(step + 1, of: count) / Self.kept(step, of: count), 0.999))
                }
            }
        }

        /// `torch.linspace`, which counts from the nearer end.
        private static func even(_ first: Double, _ last: Double, _ count: Int) -> [Float] {
            let (first, last) = (Float(first), Float(last))
            let step = (last - first) / Float(max(count - 1, 1))
            return (0..<count).map { index in
                index < max(count / 2, 1) ? first + step * Float(index) : last - step * Float(count - 1 - index)
            }
        }

        /// `cos²(π/2 · (time + 0.008) / 1.008)`, time running from 0 to 1.
        private static func kept(_ step: Int, of count: Int) -> Double {
            let cosine = PortableMath.sineAndCosine(turns: (Double(step) / Double(count) + 0.008) / 1.008 / 4).cosine
            return cosine * cosine
        }
    }
}
