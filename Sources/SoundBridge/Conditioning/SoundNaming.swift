import FrozenEncoders

/// A sound adapter that also says what a sound is in names, each with its share.
///
/// Names belong to no text encoder's space, so they serve every model that reads words.
public protocol SoundNaming: SoundAdapter {
    /// Returns the names with the greatest shares, `count` at most and at least 1, best first; their shares sum to 1. Throws
    /// `ModelError` when another encoder than the expected one encoded the sound.
    func names(of sound: EncodedSound, count: Int) throws -> [ScoredLabel]
}
