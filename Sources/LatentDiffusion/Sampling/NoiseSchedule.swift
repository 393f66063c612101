import TensorCore

/// The blend of noise and clean latents over time, and the meaning of the network's output.
public protocol NoiseSchedule: Sendable {
    /// The levels that a run visits.
    ///
    /// - Parameters:
    ///   - steps: Number of steps.
    ///   - sampler: Schedulers of diffusers differ in the levels that they visit; the path is that of the scheduler that
    ///     this sampler stands for.
    ///   - scheduler: The choice of levels; nil for what the model's own settings say.
    /// - Throws: `SamplingError.steps` when the schedule cannot be cut into that many steps, `.levels` when the sampler or
    ///   the schedule has no such levels, `.noSignal` when the network says nothing about the first one.
    func path(steps: Int, sampler: SamplerKind, scheduler: SchedulerKind?) throws -> NoisePath

    /// Returns the clean latents that the network's output implies.
    ///
    /// - Parameters:
    ///   - state: The samplers' state at `level`, any shape.
    ///   - output: The network's output for `state`, same shape.
    func denoised(state: Tensor, output: Tensor, level: NoiseLevel) -> Tensor

    /// The factor from a timestep to the time of a consistency model's boundary condition (`LCMSampler`).
    var consistencyScale: Double { get }
}
