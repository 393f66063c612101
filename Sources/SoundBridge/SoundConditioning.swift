import FrozenEncoders

/// A way from what an audio encoder makes of a sound to the conditioning space: trained (`AnchoredAdapter`) or not
/// (`ClassWords`).
protocol SoundConditioning: Sendable {
    /// Width of the conditions.
    var channels: Int { get }

    /// Throws `ModelError` when the sound's encoder is not the one that this was made for.
    func condition(on sound: SoundLatent) throws -> Condition
}
