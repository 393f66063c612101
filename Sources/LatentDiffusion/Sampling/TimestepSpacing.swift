extension DiscreteDiffusion {
    /// The choice of training steps that a shorter run visits (Lin et al., arXiv 2305.08891, table 2).
    public enum Spacing: String, Sendable, Codable, CaseIterable {
        /// `0, r, 2r, … + offset` with `r = trained / steps` rounded down: never the noisiest step.
        case leading
        /// Even steps from 0 to the last step, both included.
        case linspace
        /// Even steps backwards from the last step: the best choice for few steps.
        case trailing

        /// Training steps, noisiest first, before any rounding in `linspace`.
        ///
        /// - Parameters:
        ///   - count: At least 1.
        ///   - sparesLast: Whether one step more is laid out and the least noisy left out, as diffusers' multistep
        ///     schedulers do; `trailing` knows no such step.
        func timesteps(_ count: Int, of trained: Int, offset: Int, sparesLast: Bool) -> [Double] {
            let first = sparesLast ? 1 : 0
            let all = count + first
            switch self {
            case .leading:
                return (first..<all).reversed().map { Double($0 * (trained / all) + offset) }
            case .linspace:
                let ratio = Double(trained - 1) / Double(max(all - 1, 1))
                return (first..<all).reversed().map {
                    $0 == all - 1 && all > 1 ? Double(trained - 1) : Double($0) * ratio
                }
            case .trailing:
                // NumPy's arange adds multiples of the difference of its first two values.
                let step = (Double(trained) - Double(trained) / Double(count)) - Double(trained)
                return (0..<count).map { (Double(trained) + Double($0) * step).rounded(.toNearestOrEven) - 1 }
            }
        }
    }
}
