import Foundation
import FrozenEncoders
import LatentDiffusion
import SoundBridge

/// A file as a client sent it.
struct SentFile: Sendable {
    let bytes: Data
    /// The last part of the name that it was sent with.
    let name: String
}

/// A client's order of pictures; a setting that it left out is nil.
struct PictureOrder: Sendable {
    var model: String?
    var sound: SentFile?
    var start: SentFile?
    var prompt: String?
    var negativePrompt: String?
    var seed: UInt64?
    var steps: Int?
    var sampler: SamplerKind?
    var scheduler: SchedulerKind?
    var noise: NoiseKind?
    var guidanceScale: Float?
    var audioWeight: Float?
    var window: WindowPooling?
    var soundAs: SoundForm?
    var names: Int?
    var size: PictureSize?
    var strength: Double?
    var variationSeed: UInt64?
    var variationStrength: Double?
    var count = 1
    /// Seeds to try for each picture.
    var candidates: Int?
    /// Steps between two estimates that are sent while a picture comes; nil for none.
    var previewEvery: Int?
    /// Whether PNGs carry the settings.
    var carriesRecord = true

    /// Returns the settings of the first picture.
    func settings(over defaults: ModelDefaults) -> GenerationSettings {
        var settings = GenerationSettings(defaults, seed: seed ?? 0)
        settings.steps = steps ?? settings.steps
        settings.sampler = sampler ?? settings.sampler
        settings.scheduler = scheduler
        settings.noise = noise == .own ? nil : noise
        settings.guidanceScale = guidanceScale ?? settings.guidanceScale
        settings.prompt = prompt
        settings.negativePrompt = negativePrompt
        settings.audioWeight = audioWeight ?? settings.audioWeight
        settings.window = window ?? settings.window
        settings.soundAs = soundAs ?? settings.soundAs
        settings.names = names ?? settings.names
        settings.size = size
        // A seed that was told with a picture makes it again.
        settings.candidates = candidates ?? (seed == nil && count == 1 ? settings.candidates : nil)
        if let variationSeed {
            settings.variation = NoiseVariation(
                seed: variationSeed, strength: variationStrength ?? NoiseVariation.defaultStrength)
        }
        return settings
    }
}
