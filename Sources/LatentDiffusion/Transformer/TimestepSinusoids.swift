import TensorCore

/// Timesteps as vectors: cosines, then sines, over geometrically growing periods
/// (Vaswani et al., arXiv 1706.03762, section 3.5; the order of DDPM's code).
struct TimestepSinusoids: Sendable {
    /// Radians per unit of the timestep, from 1 down to nearly 1/10000.
    private let frequencies: [Float]

    /// - Parameter size: Width of the embedding; even.
    init(size: Int) {
        let half = size / 2
        let span = PortableMath.log(10_000)
        frequencies = (0..<half).map { Float(PortableMath.exp(-span * Double($0) / Double(half))) }
    }

    /// `[timesteps.count, size]`.
    func callAsFunction(_ timesteps: [Float]) -> Tensor {
        let half = frequencies.count
        return Tensor(shape: [timesteps.count, 2 * half]) { values in
            for (row, timestep) in timesteps.enumerated() {
                for (column, frequency) in frequencies.enumerated() {
                    let angle = PortableMath.sineAndCosine(radians: Double(timestep * frequency))
                    values[row * 2 * half + column] = Float(angle.cosine)
                    values[row * 2 * half + half + column] = Float(angle.sine)
                }
            }
        }
    }
}
