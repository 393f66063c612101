import TensorCore

/// Clean latents that a run starts from instead of pure noise (SDEdit, Meng et al., arXiv 2108.01073): they get the
/// noise of an intermediate level, and only the steps from there on are taken.
public struct InitialLatents: Sendable {
    /// `[batch, height, width, channels]`, or `[1, …]` shared by all items.
    public let latents: Tensor
    /// Share of the steps that are taken, from 0 (the latents as they are) to 1 (pure noise, nothing of the latents
    /// left).
    public let strength: Double

    public init(latents: Tensor, strength: Double) {
        (self.latents, self.strength) = (latents, strength)
    }

    /// Number of first steps left out: all but ⌊steps · strength⌋, the rule of diffusers' image-to-image pipelines.
    /// Throws `SamplingError.strength` for a strength outside of [0, 1].
    func skippedSteps(of steps: Int) throws -> Int {
        guard (0...1).contains(strength) else { throw SamplingError.strength(strength) }
        return steps - min(Int(Double(steps) * strength), steps)
    }

    /// The state at a level: the latents with noise `[batch, …]` added. Throws `SamplingError.shape` when the latents
    /// are not of the noise's shape.
    func state(at level: NoiseLevel, noise: Tensor) throws -> Tensor {
        let shape = noise.shape
        guard latents.shape == shape || latents.shape == [1] + shape.dropFirst() else {
            throw SamplingError.shape(of: "initial latents", found: latents.shape, expected: shape)
        }
        let shared = latents.shape[0] == 1
        let each = shared ? .stacked(Array(repeating: latents.item(0), count: shape[0])) : latents
        return each * Float(level.signal) + noise * Float(level.sigma)
    }
}
