import FrozenEncoders
import LatentDiffusion

/// Everything that a picture depends on besides its sound, its model and the precision.
public struct GenerationSettings: Sendable, Codable, Equatable {
    /// Key of the initial noise, below 2⁶³.
    public var seed: UInt64
    /// Sampler steps, at least 1.
    public var steps: Int
    public var sampler: SamplerKind
    /// Choice of noise levels; nil for the model's own.
    public var scheduler: SchedulerKind?
    /// Whose noise pictures start from; nil for this program's own.
    public var noise: NoiseKind?
    /// Guidance scale: 1 follows the condition as it is; more exaggerates it. Nil for the model's own for the subject; a
    /// picture's record always tells it.
    public var guidanceScale: Float?
    /// Words mixed with the sound, or instead of it.
    public var prompt: String?
    /// Words that guidance leads away from.
    public var negativePrompt: String?
    /// Share of the sound where prompt and sound are both given: from 0 (the words alone) to 1 (the sound alone).
    public var audioWeight: Float
    /// Pooling of a clip's windows.
    public var window: WindowPooling
    /// Form of the sound in a model that reads prompts; nil for the model's own.
    public var soundAs: SoundForm?
    /// The most names that stand for the sound, in `SoundReading.nameCounts`; nil for the usual number.
    public var names: Int?
    /// The picture to start from; nil starts from pure noise.
    public var initImage: InitialPicture?
    /// Moves the noise towards that of another seed.
    public var variation: NoiseVariation?
    /// Size of the picture; nil takes the model's own.
    public var size: PictureSize?
    /// Seeds tried for the picture, `seed` and others made of it, of which the best is kept; nil tries `seed` alone.
    public var candidates: Int?

    package enum CodingKeys: String, CodingKey {
        case seed, steps, sampler, scheduler, noise, guidanceScale, prompt, negativePrompt, audioWeight, window,
            soundAs, names, initImage, variation, size, candidates
    }

    public static let defaultAudioWeight: Float = 0.5
    public static let stepRange = 1...1000
    public static let guidanceScaleRange: ClosedRange<Float> = 0...50
    public static let seedRange: ClosedRange<UInt64> = 0...UInt64(Int64.max)
    public static let candidateRange = 1...64

    public init(
        seed: UInt64 = 0, steps: Int, sampler: SamplerKind, guidanceScale: Float? = nil, prompt: String? = nil,
        negativePrompt: String? = nil, audioWeight: Float = defaultAudioWeight, window: WindowPooling = .mean,
        soundAs: SoundForm? = nil, names: Int? = nil, initImage: InitialPicture? = nil,
        variation: NoiseVariation? = nil, size: PictureSize? = nil, candidates: Int? = nil
    ) {
        self.seed = seed
        self.steps = steps
        self.sampler = sampler
        self.guidanceScale = guidanceScale
        self.prompt = prompt
        self.negativePrompt = negativePrompt
        self.audioWeight = audioWeight
        self.window = window
        (self.soundAs, self.names) = (soundAs, names)
        self.initImage = initImage
        self.variation = variation
        self.size = size
        self.candidates = candidates
    }

    /// Whether every number lies in its range.
    public var isInRange: Bool {
        Self.seedRange.contains(seed) && Self.stepRange.contains(steps) && (0...1).contains(audioWeight)
            && (guidanceScale.map(Self.guidanceScaleRange.contains) ?? true)
            && (candidates.map(Self.candidateRange.contains) ?? true)
            && (names.map(SoundReading.nameCounts.contains) ?? true)
            && (initImage.map { (0...1).contains($0.strength) } ?? true)
            && (variation.map { (0...1).contains($0.strength) && Self.seedRange.contains($0.seed) } ?? true)
    }

    /// Whether a picture of these settings may be one of `drawn`: the same, or those of one of the candidates alone, at the
    /// model's own guidance scale where these name none.
    package func mayBecome(_ drawn: GenerationSettings) -> Bool {
        var told = self
        told.guidanceScale = guidanceScale ?? drawn.guidanceScale
        guard let candidates, told != drawn else { return told == drawn }
        (told.seed, told.candidates) = (drawn.seed, nil)
        return told == drawn && CandidateSeeds.seeds(from: seed, count: candidates).contains(drawn.seed)
    }

    /// Takes a model's own settings.
    public init(_ defaults: ModelDefaults, seed: UInt64 = 0) {
        self.init(
            seed: seed, steps: defaults.steps, sampler: defaults.sampler, soundAs: defaults.soundAs,
            names: defaults.soundAs.map { _ in SoundReading.usualNameCount },
            candidates: defaults.candidates)
    }
}

/// A model's default settings.
public struct ModelDefaults: Sendable, Codable {
    public let sampler: SamplerKind
    /// Number of steps, in `GenerationSettings.stepRange`.
    public let steps: Int
    /// Guidance scale, in `GenerationSettings.guidanceScaleRange`.
    public let guidanceScale: Float
    /// That of a subject with a sound in it; nil for the same. Of a sound several names may be right, and their mixture
    /// pulls less than a word.
    public let soundGuidanceScale: Float?
    /// Seeds to try for a picture, in `GenerationSettings.candidateRange`; nil for one.
    public let candidates: Int?
    /// Form of a sound, for a model that reads prompts.
    public var soundAs: SoundForm?

    public init(
        sampler: SamplerKind, steps: Int, guidanceScale: Float, soundGuidanceScale: Float? = nil,
        candidates: Int? = nil, soundAs: SoundForm? = nil
    ) {
        (self.sampler, self.steps) = (sampler, steps)
        (self.guidanceScale, self.soundGuidanceScale) = (guidanceScale, soundGuidanceScale)
        (self.candidates, self.soundAs) = (candidates, soundAs)
    }

    enum CodingKeys: String, CodingKey {
        case sampler, steps, candidates
        case soundAs = "sound_as"
        case guidanceScale = "guidance_scale"
        case soundGuidanceScale = "sound_guidance_scale"
    }
}
