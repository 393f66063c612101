import TensorCore

/// How noise and clean latents are blended over time, and what the network says about the blend.
public protocol NoiseSchedule: Sendable {
    /// `steps + 1` levels from pure noise to `sigma = 0`, strictly falling in `sigma`.
    ///
    /// - Throws: `SamplingError.steps` when the schedule cannot be cut into that many steps.
    func levels(steps: Int) throws -> [NoiseLevel]

    /// The clean latents that the network's output stands for.
    ///
    /// - Parameters:
    ///   - state: The samplers' state at `level`, any shape.
    ///   - output: What the network gave for `state * level.inputScale`, same shape.
    func denoised(state: Tensor, output: Tensor, level: NoiseLevel) -> Tensor
}
