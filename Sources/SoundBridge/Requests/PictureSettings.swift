import LatentDiffusion

/// Settings of the drawing of a picture, whatever it shows; `Pipeline.settings(seed:)` gives the model's own.
public struct PictureSettings: Sendable, Equatable {
    /// Key of the initial noise, in `GenerationSettings.seedRange`.
    public var seed: UInt64
    /// Sampler steps, in `GenerationSettings.stepRange`.
    public var steps: Int
    public var sampler: SamplerKind
    /// Choice of noise levels; nil for the model's own.
    public var scheduler: SchedulerKind?
    /// Whose noise pictures start from; nil for this program's own.
    public var noise: NoiseKind?
    /// Guidance scale, in `GenerationSettings.guidanceScaleRange`: 1 follows the condition as it is; more exaggerates
    /// it. Nil for the model's own for the subject.
    public var guidanceScale: Float?
    /// Words that guidance leads away from.
    public var negativePrompt: String?
    /// Moves the noise towards that of another seed.
    public var variation: NoiseVariation?
    /// Size of the picture; nil takes the model's own.
    public var size: PictureSize?
    /// Seeds to try, in `GenerationSettings.candidateRange`: `seed` and others made of it. Of several the picture that the
    /// model finds nearest to its subject is kept, and its seed stands in the record.
    public var candidates: Int

    public init(
        seed: UInt64 = 0, steps: Int, sampler: SamplerKind, guidanceScale: Float? = nil, negativePrompt: String? = nil,
        variation: NoiseVariation? = nil, size: PictureSize? = nil, candidates: Int = 1
    ) {
        (self.seed, self.steps, self.sampler, self.guidanceScale) = (seed, steps, sampler, guidanceScale)
        (self.negativePrompt, self.variation, self.size) = (negativePrompt, variation, size)
        self.candidates = candidates
    }

    /// Throws `SettingError` for a number outside its range.
    func check() throws {
        try SettingError.require(seed, in: GenerationSettings.seedRange, "seed")
        try SettingError.require(steps, in: GenerationSettings.stepRange, "number of steps")
        if let guidanceScale {
            try SettingError.require(guidanceScale, in: GenerationSettings.guidanceScaleRange, "guidance scale")
        }
        try SettingError.require(candidates, in: GenerationSettings.candidateRange, "number of candidates")
        if let variation {
            try SettingError.require(variation.seed, in: GenerationSettings.seedRange, "variation's seed")
            try SettingError.require(variation.strength, in: 0...1, "variation's strength")
        }
        try size?.check()
    }
}

extension PictureSize {
    /// Throws `SettingError` for a side outside `range`.
    func check() throws {
        try SettingError.require(width, in: Self.range, "picture's width")
        try SettingError.require(height, in: Self.range, "picture's height")
    }
}
