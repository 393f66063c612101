import LatentDiffusion
import SoundBridge

/// Facts about a model before it is in memory.
struct ModelFacts: Sendable {
    let defaults: ModelDefaults
    let choices: ModelChoices

    /// Reads no weights. Throws `ModelError`.
    @ComputeActor
    init(_ pipeline: Pipeline) throws {
        defaults = pipeline.parts.defaults
        choices = try ModelChoices(pipeline)
    }
}

/// A model's choices in the settings that not all models take alike.
struct ModelChoices: Sendable, Encodable {
    /// Schedulers by samplers; with one of them alone there is no choice.
    let schedulers: [String: [SchedulerKind]]
    /// Whose noise seeds can stand for. Other programs' is of use where other programs draw with the model.
    let noises: [NoiseKind]
    let soundForms: [SoundForm]
    /// The most seeds that can be tried for a picture.
    let candidates: Int

    /// Throws `ModelError`.
    @ComputeActor
    init(_ pipeline: Pipeline) throws {
        let isDiffusion = try pipeline.isDiffusion
        noises = isDiffusion ? NoiseKind.allCases : [.own]
        soundForms = SoundForm.allCases.filter { (try? pipeline.check($0, in: nil)) != nil }
        candidates = pipeline.parts.critic == nil ? 1 : GenerationSettings.candidateRange.upperBound
        schedulers = Dictionary(
            uniqueKeysWithValues: SamplerKind.allCases.map { sampler in
                var settings = GenerationSettings(pipeline.parts.defaults)
                settings.sampler = sampler
                let known = SchedulerKind.allCases.filter { scheduler in
                    settings.scheduler = scheduler
                    return (try? pipeline.checkLevels(settings)) != nil
                }
                return (sampler.rawValue, known)
            })
    }
}
