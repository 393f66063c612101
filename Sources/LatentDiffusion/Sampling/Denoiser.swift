import TensorCore

/// A network that looks at noisy latents and tells signal from noise, under a condition.
public protocol Denoiser: Sendable {
    /// `[height, width, channels]` of one item's latents, as the network was trained.
    var latentShape: [Int] { get }

    /// The learned condition `[conditionSize]` that says nothing, for classifier-free guidance.
    var nullCondition: Tensor { get }

    /// The network's prediction, in the terms of the noise schedule that it was trained with.
    ///
    /// An item's result is the same bits whatever else is in the batch.
    ///
    /// - Parameters:
    ///   - latents: `[batch, height, width, channels]`, of another height or width where the network allows it.
    ///   - timesteps: One for each item, in the units of `NoiseLevel.timestep`.
    ///   - conditions: `[batch, conditionSize]`.
    /// - Returns: `[batch, height, width, channels]`.
    /// - Throws: `SamplingError.shape` when an argument does not fit, `.size` for a size that the network does not know.
    func callAsFunction(_ latents: Tensor, timesteps: [Float], conditions: Tensor) throws -> Tensor
}
