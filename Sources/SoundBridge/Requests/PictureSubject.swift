import FrozenEncoders

/// The subject of pictures: a sound, words, both, or several subjects, ready for the denoiser, with what was heard.
///
/// `Pipeline` makes it: `subject(of:)`, `subject(prompt:)`, `subject(of:prompt:audioWeight:)`, `blend(_:)`.
public struct PictureSubject: Sendable {
    public let conditioning: Conditioning
    /// Whether a sound is in it.
    public let hasSound: Bool
    /// Words in it; nil for a sound alone, and for a blend.
    public package(set) var prompt: String?
    /// Share of the sound beside the words, 0 to 1.
    public package(set) var audioWeight = GenerationSettings.defaultAudioWeight
    /// Pooling of the sound's windows.
    public package(set) var window = WindowPooling.mean
    /// The form that the sound took in prompts or tokens; nil where it took neither.
    public package(set) var soundAs: SoundForm?
    /// The most names that stood for the sound; nil where no names did.
    public package(set) var names: Int?
    /// The prompts that the sound took part in, by their shares.
    public package(set) var prompts: [WeightedPrompt] = []
    /// Seconds of the sound that were listened to; nil without a sound, and for a blend.
    public package(set) var secondsHeard: Double?
    /// Warnings about the sound and the words, each in one sentence.
    public package(set) var warnings: [String] = []
    /// Specific classes nearest by cosine to the embedding of the sound, or of the words where there is none, best first.
    public let heard: [ScoredLabel]
    /// The audio encoder's own highest scores, best first; nil without a sound, and for a blend.
    public let audioScores: [ScoredLabel]?

    /// A subject of a conditioning that was made by hand.
    public init(
        _ conditioning: Conditioning, hasSound: Bool = false, heard: [ScoredLabel] = [],
        audioScores: [ScoredLabel]? = nil
    ) {
        (self.conditioning, self.hasSound) = (conditioning, hasSound)
        (self.heard, self.audioScores) = (heard, audioScores)
    }
}
