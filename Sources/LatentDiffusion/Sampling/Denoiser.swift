import TensorCore

/// A network that separates signal from noise in noisy latents, under a condition.
public protocol Denoiser: Sendable {
    /// `[height, width, channels]` of one item's latents, at the trained size.
    var latentShape: [Int] { get }

    /// Number that the height and width of latents must be multiples of.
    var latentMultiple: Int { get }

    /// The shape of the conditions that the network takes.
    var conditionShape: ConditionShape { get }

    /// The noise schedule that the network was trained with; it defines the meaning of the output.
    var schedule: any NoiseSchedule { get }

    /// The learned null condition for classifier-free guidance; nil where the network has none and the empty prompt
    /// takes its place.
    var nullCondition: Condition? { get }

    /// The network set to a guidance scale that it takes as an input of its own, as latent consistency models do, whose
    /// timestep embedding holds `scale − 1`; nil where guidance is made of two predictions.
    func guided(by scale: Float) -> (any Denoiser)?

    /// Whether the network takes latents of this size.
    func allows(height: Int, width: Int) -> Bool

    /// Returns the network's prediction, in the terms of the noise schedule that it was trained with.
    ///
    /// An item's result has the same bits whatever else is in the batch.
    ///
    /// - Parameters:
    ///   - latents: `[batch, height, width, channels]`, of another height or width where the network allows it.
    ///   - timesteps: One for each item, in the units of `NoiseLevel.timestep`.
    ///   - conditions: One for each item.
    /// - Returns: `[batch, height, width, channels]`.
    /// - Throws: `SamplingError.shape` when an argument does not fit, `.size` for a size that the network does not
    ///   know.
    func callAsFunction(_ latents: Tensor, timesteps: [Float], conditions: [Condition]) throws -> Tensor
}

extension Denoiser {
    public func guided(by scale: Float) -> (any Denoiser)? { nil }
}
