import FrozenEncoders
import TensorCore

extension Pipeline {
    /// Makes the subject of pictures from a sound. Throws `ModelError`, also for a sound of another encoder.
    public func subject(of sound: EncodedSound) throws -> PictureSubject {
        try subject(of: sound, prompt: nil, audioWeight: GenerationSettings.defaultAudioWeight)
    }

    /// Makes the subject of pictures from words. Throws `ModelError`; `ConditioningError.noWords`.
    public func subject(prompt: String) throws -> PictureSubject {
        guard !prompt.allSatisfy(\.isWhitespace) else { throw ConditioningError.noWords }
        return try subject(of: nil, prompt: prompt, audioWeight: GenerationSettings.defaultAudioWeight)
    }

    /// Makes the subject of pictures from a sound and words. The audio weight is the share of the sound, from 0 (the words
    /// alone) to 1 (the sound alone).
    ///
    /// Throws `ModelError`; `ConditioningError.noWords`; `SettingError`.
    public func subject(
        of sound: EncodedSound, prompt: String, audioWeight: Float = GenerationSettings.defaultAudioWeight
    ) throws -> PictureSubject {
        guard !prompt.allSatisfy(\.isWhitespace) else { throw ConditioningError.noWords }
        return try subject(of: sound, prompt: Optional(prompt), audioWeight: audioWeight)
    }

    /// Makes one subject of several, such as two sounds, each by its weight from 0: only their ratios count.
    ///
    /// Its record names what is heard in the blend, not the subjects that it was made of.
    /// Throws `ConditioningError` for weights without a positive one, and for a subject of another model; `ModelError`.
    public func blend(_ subjects: [(subject: PictureSubject, weight: Float)]) throws -> PictureSubject {
        let weights = subjects.map(\.weight)
        let sum = weights.reduce(0, +)
        guard weights.allSatisfy({ $0 >= 0 }), sum > 0, sum.isFinite else { throw ConditioningError.weights(weights) }
        let conditioning = try parts.conditioner.blend(
            subjects.map { WeightedConditioning($0.subject.conditioning, weight: $0.weight / sum) })
        return PictureSubject(conditioning, heard: try heard(conditioning))
    }

    /// Makes the subject of pictures from a sound, words or both, as a run's settings have them.
    ///
    /// Throws `ModelError`; `ConditioningError` when neither is given; `SettingError`.
    package func subject(
        of sound: EncodedSound?, prompt: String?, audioWeight: Float
    ) throws -> PictureSubject {
        try SettingError.require(audioWeight, in: 0...1, "audio weight")
        let heard = try sound.map(parts.conditioner.conditioning(of:))
        let template = sound == nil ? nil : prompt.flatMap { $0.contains(SoundPrompt.placeholder) ? $0 : nil }
        let said = try template == nil ? prompt.map(parts.conditioner.conditioning(of:)) : nil
        let conditioning =
            if let sound, let template {
                try parts.conditioner.conditioning(of: sound, in: template)
            } else {
                switch (said, heard) {
                case (let words?, let sound?):
                    try parts.conditioner.blend([
                        WeightedConditioning(words, weight: 1 - audioWeight),
                        WeightedConditioning(sound, weight: audioWeight),
                    ])
                case (let only?, nil), (nil, let only?): only
                case (nil, nil): throw ConditioningError.nothingGiven
                }
            }
        let scores = try sound.map { try audioScores($0) }
        let silence = scores?.first.flatMap { $0.label == Self.silence ? $0 : nil }
        var subject = PictureSubject(
            conditioning, heard: try silence.map { [$0] } ?? self.heard(heard ?? conditioning), audioScores: scores)
        (subject.prompt, subject.audioWeight) = (prompt, audioWeight)
        subject.window = sound?.pooling ?? .mean
        subject.secondsHeard = sound?.secondsHeard
        subject.warnings = (sound?.warnings ?? []) + (said?.warnings ?? [])
        return subject
    }

    /// Returns what is to be said of words that a picture is to be led away from. Throws `ModelError`.
    package func warnings(ofNegativePrompt words: String) throws -> [String] {
        try parts.conditioner.conditioning(of: words).warnings
    }

    /// AudioSet's class for nothing to be heard: if it comes first, no other was heard.
    private static let silence = "Silence"

    /// Returns a sound's embedding in the space that its conditions are made from. Throws `ModelError`, also for a model
    /// whose conditions are made from none.
    public func embedding(of sound: EncodedSound) throws -> Embedding {
        guard let embedding = try parts.conditioner.conditioning(of: sound).embedding else {
            throw ModelError.lacks(model: parts.name, component: "embedding of sounds")
        }
        return embedding
    }

    /// Returns the specific classes whose names lie nearest to an embedding of the sentence space, by cosine, best
    /// first; none for a model without class words.
    ///
    /// Throws `ModelError`; `ConditioningError.otherSpace`; `SettingError` for a count below 1.
    public func heard(_ embedding: Embedding, count: Int = 5) throws -> [ScoredLabel] {
        try parts.classWords?().nearest(to: embedding, count: count) ?? []
    }

    private func heard(_ conditioning: Conditioning) throws -> [ScoredLabel] {
        try conditioning.embedding.map { try heard($0) } ?? []
    }
}
