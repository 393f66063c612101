import TensorCore

/// Timesteps as vectors: cosines and sines over geometrically growing periods (Vaswani et al., arXiv 1706.03762, section
/// 3.5; the order of DDPM's code, and diffusers' `get_timestep_embedding`).
struct TimestepSinusoids: Sendable {
    /// Radians per unit of the timestep, from 1 down to nearly 1/10000.
    private let frequencies: [Float]
    private let beginsWithCosines: Bool

    /// - Parameters:
    ///   - size: Width of the embedding; even, and more than 2 with a shift of 1.
    ///   - shift: With 1 the last period is 10,000 times the first, with 0 a step less.
    ///   - beginsWithCosines: Whether the first half are the cosines.
    init(size: Int, shift: Double = 0, beginsWithCosines: Bool = true) {
        let half = size / 2
        let span = PortableMath.log(10_000)
        frequencies = (0..<half).map { Float(PortableMath.exp(-span * Double($0) / (Double(half) - shift))) }
        self.beginsWithCosines = beginsWithCosines
    }

    /// `[timesteps.count, size]`.
    func callAsFunction(_ timesteps: [Float]) -> Tensor {
        let half = frequencies.count
        let (cosines, sines) = beginsWithCosines ? (0, half) : (half, 0)
        return Tensor(shape: [timesteps.count, 2 * half]) { values in
            for (row, timestep) in timesteps.enumerated() {
                for (column, frequency) in frequencies.enumerated() {
                    let angle = PortableMath.sineAndCosine(radians: Double(timestep * frequency))
                    values[row * 2 * half + cosines + column] = Float(angle.cosine)
                    values[row * 2 * half + sines + column] = Float(angle.sine)
                }
            }
        }
    }
}
