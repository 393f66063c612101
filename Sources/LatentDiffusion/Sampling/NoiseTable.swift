/// The noise of every training step of variance-preserving diffusion.
///
/// Values have the single precision that diffusers computes them in: `1 − ᾱ` keeps few digits at the first steps, and
/// with others the pictures would differ.
struct NoiseTable: Sendable, Equatable {
    /// ᾱ, the share of the signal in the variance; exactly 0 in the last step with zero terminal SNR.
    let signalShares: [Float]
    /// `√((1 − ᾱ) / ᾱ)`; with zero terminal SNR the last is that of `ᾱ = 2⁻²⁴`, which is finite.
    let noiseToSignal: [Float]
    private let logarithms: [Float]

    /// - Parameters:
    ///   - betas: One for each training step, in (0, 1).
    ///   - zeroTerminalSNR: Whether β is rescaled so that the last step holds no signal (Lin et al., arXiv 2305.08891,
    ///     algorithm 1).
    init(betas: [Float], zeroTerminalSNR: Bool) {
        var shares = Self.products(betas.map { 1 - $0 })
        if zeroTerminalSNR { shares = Self.rescaled(shares) }
        signalShares = shares
        if zeroTerminalSNR { shares[shares.count - 1] = 0x1p-24 }
        noiseToSignal = shares.map { ((1 - $0) / $0).squareRoot() }
        logarithms = noiseToSignal.map { Float(PortableMath.log(Double($0))) }
    }

    /// Whether every training step has both noise and, but for the last one of a zero terminal SNR, a signal.
    var isUsable: Bool { noiseToSignal.allSatisfy { $0 > 0 && $0.isFinite } }

    var count: Int { signalShares.count }

    /// The ratio of noise to signal at a training step from 0 to the last, linear between two whole ones.
    func noiseToSignal(at timestep: Double) -> Double {
        let below = min(Int(timestep), count - 1)
        let value = Double(noiseToSignal[below])
        guard below + 1 < count else { return value }
        return value + (timestep - Double(below)) * (Double(noiseToSignal[below + 1]) - value)
    }

    /// The training step with a ratio of noise to signal, linear in its logarithm between two whole ones.
    func timestep(noiseToSignal ratio: Double) -> Double {
        guard count > 1 else { return 0 }
        let logarithm = PortableMath.log(max(ratio, 1e-10))
        let above = logarithms.firstIndex { Double($0) > logarithm } ?? count
        let below = min(max(above - 1, 0), count - 2)
        let (low, high) = (Double(logarithms[below]), Double(logarithms[below + 1]))
        return Double(below) + min(max((low - logarithm) / (low - high), 0), 1)
    }

    /// Running products, summed up in double precision as PyTorch does.
    private static func products(_ factors: [Float]) -> [Float] {
        var product = 1.0
        return factors.map { factor in
            product *= Double(factor)
            return Float(product)
        }
    }

    private static func rescaled(_ shares: [Float]) -> [Float] {
        let roots = shares.map { $0.squareRoot() }
        let (first, last) = (roots[0], roots[roots.count - 1])
        let squares = roots.map { root in
            let stretched = (root - last) * (first / (first - last))
            return stretched * stretched
        }
        let factors = [squares[0]] + zip(squares.dropFirst(), squares).map { $0 / $1 }
        return products(factors.map { 1 - (1 - $0) })
    }
}
