import FrozenEncoders
import TensorCore

extension Pipeline {
    /// Makes the subject of pictures from a sound, in a form that the model takes. Throws `ModelError`, also for a sound of
    /// another encoder; `ConditioningError` for a form that the model does not take; `SettingError` for a number of names
    /// outside `SoundReading.nameCounts`.
    public func subject(
        of sound: EncodedSound, as form: SoundForm = .names, names: Int = SoundReading.usualNameCount
    ) throws -> PictureSubject {
        try subject(
            of: sound, prompt: nil, audioWeight: GenerationSettings.defaultAudioWeight, as: form, names: names)
    }

    /// Makes the subject of pictures from words. Throws `ModelError`; `ConditioningError.noWords`.
    public func subject(prompt: String) throws -> PictureSubject {
        guard !prompt.allSatisfy(\.isWhitespace) else { throw ConditioningError.noWords }
        return try subject(of: nil, prompt: prompt, audioWeight: GenerationSettings.defaultAudioWeight)
    }

    /// Makes the subject of pictures from a sound and words. The audio weight is the share of the sound, from 0 (the words
    /// alone) to 1 (the sound alone); it does not count where the prompt says where the sound comes (`{sound}`).
    ///
    /// Throws `ModelError`; `ConditioningError` for no words, and for a form that the model does not take; `SettingError`.
    public func subject(
        of sound: EncodedSound, prompt: String, audioWeight: Float = GenerationSettings.defaultAudioWeight,
        as form: SoundForm = .names, names: Int = SoundReading.usualNameCount
    ) throws -> PictureSubject {
        guard !prompt.allSatisfy(\.isWhitespace) else { throw ConditioningError.noWords }
        return try subject(of: sound, prompt: Optional(prompt), audioWeight: audioWeight, as: form, names: names)
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
        return PictureSubject(
            conditioning, hasSound: subjects.contains { $0.subject.hasSound && $0.weight > 0 },
            heard: try conditioning.embedding.map { try heard($0) } ?? [])
    }

    /// Makes the subject of pictures from a sound, words or both, by what settings say of it. Throws as the other.
    package func subject(of sound: EncodedSound?, by settings: GenerationSettings) throws -> PictureSubject {
        try subject(
            of: sound, prompt: settings.prompt, audioWeight: settings.audioWeight, as: settings.soundAs,
            names: settings.names)
    }

    /// Makes the subject of pictures from a sound, words or both, as a run's settings have them.
    ///
    /// Throws `ModelError`; `ConditioningError` when neither is given; `SettingError`.
    package func subject(
        of sound: EncodedSound?, prompt: String?, audioWeight: Float, as form: SoundForm? = nil, names: Int? = nil
    ) throws -> PictureSubject {
        try SettingError.require(audioWeight, in: 0...1, "audio weight")
        let reading = SoundReading(form, in: prompt, names: names)
        try SettingError.require(reading.nameCount, in: SoundReading.nameCounts, "number of names")
        let hasPlace = prompt?.contains(SoundPrompt.placeholder) ?? false
        guard sound != nil || !hasPlace else { throw ConditioningError.noSound }
        let heard = try sound.map { try parts.conditioner.conditioning(of: $0, as: reading) }
        let said = try hasPlace ? nil : prompt.map(parts.conditioner.conditioning(of:))
        let conditioning =
            switch (said, heard) {
            case (let words?, let sound?):
                try parts.conditioner.blend([
                    WeightedConditioning(words, weight: 1 - audioWeight),
                    WeightedConditioning(sound, weight: audioWeight),
                ])
            case (let only?, nil), (nil, let only?): only
            case (nil, nil): throw ConditioningError.nothingGiven
            }
        let embedding = try sound.map(parts.conditioner.embedding(of:)) ?? conditioning.embedding
        let scores = try sound.map { try audioScores($0) }
        let silence = scores?.first.flatMap { $0.label == Self.silence ? $0 : nil }
        var subject = PictureSubject(
            conditioning, hasSound: sound != nil,
            heard: try silence.map { [$0] } ?? embedding.map { try self.heard($0) } ?? [], audioScores: scores)
        (subject.prompt, subject.audioWeight) = (prompt, audioWeight)
        subject.window = sound?.pooling ?? .mean
        subject.secondsHeard = sound?.secondsHeard
        if let heard, !heard.prompts.isEmpty || reading.form == .tokens {
            (subject.soundAs, subject.prompts) = (reading.form, conditioning.prompts)
            subject.names = reading.form == .tokens ? nil : reading.nameCount
        }
        subject.warnings = (sound?.warnings ?? []) + conditioning.warnings
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
        guard let embedding = try parts.conditioner.embedding(of: sound) else {
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

    /// Throws `ConditioningError` where the model takes no sound in this form, or not in this prompt.
    package func check(_ form: SoundForm?, in prompt: String?) throws {
        try parts.conditioner.check(SoundReading(form, in: prompt, names: nil))
    }

    /// Says in a phrase what a sound is and how it sounds: of that many names at most. Throws `ModelError`; `SettingError`.
    public func phrase(for sound: EncodedSound, names: Int = SoundReading.usualNameCount) throws -> String {
        try SettingError.require(names, in: SoundReading.nameCounts, "number of names")
        let reading = SoundReading(.describe, in: SoundPrompt.placeholder, nameCount: names)
        return try parts.conditioner.prompts(of: sound, as: reading)[0].text
    }
}

extension SoundReading {
    /// As settings have it; a prompt is a template where it says where the sound comes.
    fileprivate init(_ form: SoundForm?, in prompt: String?, names: Int?) {
        let template = prompt.flatMap { $0.contains(SoundPrompt.placeholder) ? $0 : nil }
        self.init(form ?? .names, in: template, nameCount: names ?? Self.usualNameCount)
    }
}
