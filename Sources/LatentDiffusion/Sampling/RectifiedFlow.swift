import TensorCore

/// Straight lines between noise and data (Liu et al., arXiv 2209.03003).
///
/// `x_t = (1 − t) x₀ + t ε`; the network predicts the velocity `ε − x₀`. Times fall evenly from 1 to
/// 0 and are then shifted, `t ← shift · t / (1 + (shift − 1) t)` (Esser et al., arXiv 2403.03206,
/// equation 23): above 1, more steps are spent where noise prevails. The times are those of diffusers'
/// `FlowMatchEulerDiscreteScheduler` given `sigmas = linspace(1, 1 / steps, steps)`, for every sampler.
public struct RectifiedFlow: NoiseSchedule, Equatable {
    public let shift: Double

    /// - Parameter shift: Greater than zero; 1 leaves the times even.
    public init(shift: Double = 1) {
        self.shift = shift
    }

    public func path(steps: Int, sampler: SamplerKind = .euler, scheduler: SchedulerKind? = nil) throws -> NoisePath {
        guard (1...SamplingError.mostSteps).contains(steps) else {
            throw SamplingError.steps(steps, most: SamplingError.mostSteps)
        }
        if let scheduler, scheduler != .discrete { throw SamplingError.levels(scheduler, of: "a rectified flow") }
        let levels = (0...steps).map { index in
            let even = 1 - Double(index) / Double(steps)
            let time = shift * even / (1 + (shift - 1) * even)
            return NoiseLevel(timestep: Float(time), signal: 1 - time, sigma: time, scale: 1)
        }
        return NoisePath(through: levels)
    }

    public func denoised(state: Tensor, output: Tensor, level: NoiseLevel) -> Tensor {
        state - output * Float(level.sigma)
    }

    /// As for diffusion over 1000 training steps.
    public var consistencyScale: Double { 1000 * DiscreteDiffusion.consistencyScale }
}
