import TensorCore

/// A network that looks at noisy latents and tells signal from noise, under a condition.
public protocol Denoiser: Sendable {
    /// `[height, width, channels]` of one item's latents, as the network was trained.
    var latentShape: [Int] { get }

    /// Height and width of latents are multiples of this.
    var latentMultiple: Int { get }

    /// Conditions that the network takes.
    var conditionShape: ConditionShape { get }

    /// The schedule that the network was trained with, which says what its output is.
    var schedule: any NoiseSchedule { get }

    /// The learned condition that says nothing, for classifier-free guidance; nil where the network has none, so that
    /// one must be made of empty words.
    var nullCondition: Condition? { get }

    /// Whether latents may be of this size.
    func allows(height: Int, width: Int) -> Bool

    /// The network's prediction, in the terms of the noise schedule that it was trained with.
    ///
    /// An item's result is the same bits whatever else is in the batch.
    ///
    /// - Parameters:
    ///   - latents: `[batch, height, width, channels]`, of another height or width where the network allows it.
    ///   - timesteps: One for each item, in the units of `NoiseLevel.timestep`.
    ///   - conditions: One for each item.
    /// - Returns: `[batch, height, width, channels]`.
    /// - Throws: `SamplingError.shape` when an argument does not fit, `.size` for a size that the network does not know.
    func callAsFunction(_ latents: Tensor, timesteps: [Float], conditions: [Condition]) throws -> Tensor
}
