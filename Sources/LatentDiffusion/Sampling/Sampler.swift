import TensorCore

/// A numerical method that carries a state from one noise level to the next.
///
/// A sampler may remember the steps before (multistep methods), so each run starts with a fresh one:
/// `SamplerKind.makeSampler(on:eta:)`.
public protocol Sampler: Sendable {
    /// Takes one step.
    ///
    /// - Parameters:
    ///   - state: `[batch, …]`, at level `step.from`.
    ///   - noise: Returns fresh unit noise of the state's shape, the same however often it is asked in a step.
    ///   - denoise: Returns the network's estimate of the clean latents, given a state and its level.
    /// - Returns: The state at level `step.to`; with `sigma = 0` the clean latents.
    mutating func step(
        _ state: Tensor, _ step: NoisePath.Step, noise: () throws -> Tensor,
        denoise: (Tensor, NoiseLevel) throws -> Tensor
    ) throws -> Tensor
}
