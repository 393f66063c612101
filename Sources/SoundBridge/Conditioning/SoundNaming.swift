import FrozenEncoders

/// A sound adapter that also says what a sound is in names, each with its share.
///
/// Names belong to no text encoder's space, so they serve every model that reads words.
public protocol SoundNaming: SoundAdapter {
    /// Returns the names with the greatest shares, `count` at most and at least 1, best first; their shares sum to 1. Throws
    /// `ModelError` when another encoder than the expected one encoded the sound.
    func names(of sound: EncodedSound, count: Int) throws -> [ScoredLabel]
}

extension SoundNaming {
    /// The prompts that a template becomes with a sound in words, by their shares; none for tokens, which are no words. Throws
    /// `ModelError`; `SettingError` for a number of names below 1.
    func prompts(of sound: EncodedSound, as reading: SoundReading, in template: String) throws -> [WeightedPrompt] {
        guard reading.form != .tokens else { return [] }
        let names = try names(of: sound, count: reading.nameCount)
        guard reading.form == .names else {
            let phrase = SoundPhrase(names: names, traits: sound.traits).description
            return [WeightedPrompt(SoundPrompt.filled(template, with: phrase), weight: 1)]
        }
        return names.map { WeightedPrompt(SoundPrompt.filled(template, with: $0.label), weight: $0.score) }
    }
}
