import PictureFiles

/// One picture to draw. It holds values, never a path, as the caller may be on another machine than the files.
public struct PictureRequest: Sendable {
    public var subject: PictureSubject
    public var settings: PictureSettings
    /// The picture to start from; nil starts from pure noise.
    public var start: StartingPicture?
    /// The sound's name, for the record.
    public var name: String?
    /// Time spent on the picture before it was requested.
    public var seconds = StageSeconds()

    public init(
        _ subject: PictureSubject, _ settings: PictureSettings, start: StartingPicture? = nil, name: String? = nil
    ) {
        (self.subject, self.settings, self.start, self.name) = (subject, settings, start, name)
    }

    /// Whether both requests can be denoised together: seed and subject may differ, not whether a sound is in it where the
    /// guidance is the model's own.
    public func sharesBatch(with other: PictureRequest) -> Bool {
        var alike = other.settings
        alike.seed = settings.seed
        return settings == alike && start == other.start
            && (settings.guidanceScale != nil || subject.hasSound == other.subject.hasSound)
    }

    /// Returns the scale that guides the picture of a model with these defaults.
    func guidanceScale(_ defaults: ModelDefaults) -> Float {
        let own = subject.hasSound ? defaults.soundGuidanceScale : nil
        return settings.guidanceScale ?? own ?? defaults.guidanceScale
    }

    /// Throws `SettingError` for a number outside its range.
    func check() throws {
        try settings.check()
        if let start { try SettingError.require(start.source.strength, in: 0...1, "strength") }
    }
}

// MARK: Records and runs

extension PictureRequest {
    /// A picture by all the settings of a run, of whose prompt, audio weight, window and form of the sound the subject was
    /// made.
    package init(
        _ subject: PictureSubject, _ settings: GenerationSettings, initialPicture: PictureFile? = nil,
        name: String? = nil
    ) {
        var subject = subject
        (subject.prompt, subject.audioWeight, subject.window) = (
            settings.prompt, settings.audioWeight, settings.window
        )
        (subject.soundAs, subject.names) = (settings.soundAs, settings.names)
        self.init(
            subject,
            PictureSettings(
                seed: settings.seed, steps: settings.steps, sampler: settings.sampler,
                guidanceScale: settings.guidanceScale, negativePrompt: settings.negativePrompt,
                variation: settings.variation, size: settings.size, candidates: settings.candidates ?? 1),
            name: name)
        (self.settings.scheduler, self.settings.noise) = (settings.scheduler, settings.noise)
        if let initialPicture, let source = settings.initImage {
            start = StartingPicture(initialPicture, source: source)
        }
    }

    /// All that the picture of a model with these defaults depends on, as its record tells it: of several candidates the one
    /// that was kept.
    func generationSettings(_ defaults: ModelDefaults) -> GenerationSettings {
        var all = GenerationSettings(
            seed: settings.seed, steps: settings.steps, sampler: settings.sampler,
            guidanceScale: guidanceScale(defaults), prompt: subject.prompt, negativePrompt: settings.negativePrompt,
            audioWeight: subject.audioWeight, window: subject.window, soundAs: subject.soundAs, names: subject.names,
            initImage: start?.source, variation: settings.variation, size: settings.size)
        (all.scheduler, all.noise) = (settings.scheduler, settings.noise)
        return all
    }
}
