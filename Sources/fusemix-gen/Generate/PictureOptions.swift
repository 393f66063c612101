import ArgumentParser
import BatchRuns
import Foundation
import FrozenEncoders
import LatentDiffusion
import PictureFiles
import SoundBridge

extension WindowPooling: ExpressibleByArgument {}
extension SoundForm: ExpressibleByArgument {}

/// Options that a picture depends on. All are optional: a missing one comes from `--params-from`, else from the model.
struct PictureOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Seed of the noise that a picture starts from, 0 to 2^63-1, or random, which prints what it drew. In a folder or \
            list each sound has its own, made of this one and its path. (default: 0, and with --candidates the seed of \
            the best is printed)
            """, valueName: "n|random"),
        transform: Seed.init)
    var seed: Seed?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Sampler steps, 1 to 1000. (default: 12, from the model)", valueName: "count"))
    var steps: Int?

    @Option(
        name: [.customLong("guidance-scale"), .customLong("cfg-scale")], parsing: .unconditional,
        help: ArgumentHelp(
            """
            How strongly the picture follows the condition, 0 to 50; 1 is without guidance. (default: 2.5, with a sound \
            3.5, from the model)
            """, valueName: "scale"))
    var guidanceScale: Float?

    @Option(help: ArgumentHelp("Words to lead the picture away from.", valueName: "text"))
    var negativePrompt: String?

    @Option(
        help: ArgumentHelp(
            """
            Sampler: euler, heun, dpm++2m, unipc, or ddim, which is euler on the bundled model. Those that add noise at \
            every step, euler_a, dpm++2m_sde, ddpm and lcm, suit it at guidance scales up to 2. Names in other programs, \
            as "DPM++ 2M Karras", do too. (default: euler, from the model)
            """, valueName: "name"),
        completion: .list(SamplerKind.allCases.map(\.rawValue)), transform: Self.sampler)
    var sampler: SamplerName?

    @Option(
        help: ArgumentHelp(
            """
            Noise levels of a Stable Diffusion model: discrete (as its settings space them), karras, exponential or \
            trailing; names in other programs, as "SGM Uniform", do too. The bundled model has its own alone. \
            (default: auto, from the model)
            """, valueName: "auto|name"),
        completion: .list(["auto"] + SchedulerKind.allCases.map(\.rawValue)), transform: Self.scheduler)
    var scheduler: SchedulerChoice?

    @Option(
        help: """
            Whose noise a seed stands for: fusemix (its own), diffusers (which ComfyUI's is too) or webui \
            (stable-diffusion-webui on a GPU, stable-diffusion.cpp). (default: fusemix)
            """)
    var noise: NoiseKind?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Pictures for each input, with the seeds n, n+1, …; 1 to 10000.", valueName: "pictures"))
    var count = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Seeds to try for each picture, 1 to 64, that of the picture and others made of it; the picture that the model's \
            own eye finds nearest to the sound or the words is kept, and its seed is told. (default: 2, from the model; 1 \
            with --seed, --count or --params-from)
            """, valueName: "count"))
    var candidates: Int?

    @Option(
        help: ArgumentHelp(
            """
            English words to mix with the sound, or to make the picture of; {sound} in them is where the sound's names go.
            """, valueName: "text"))
    var prompt: String?

    @Option(
        help: ArgumentHelp(
            """
            What a sound becomes where a model reads prompts: names, each in a prompt, blended by their shares; describe, one \
            phrase of what is heard and how it sounds; tokens, those of --tokens. (default: names)
            """, valueName: "form"))
    var soundAs: SoundForm?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The most names that stand for a sound in prompts, 1 to 50. (default: 5)", valueName: "count"))
    var names: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Share of the sound when a prompt is given too, 0 (words alone) to 1 (sound alone); \
            the condition lies on the arc between the two. (default: 0.5)
            """, valueName: "share"))
    var audioWeight: Float?

    @Option(
        help: ArgumentHelp(
            """
            How the 0.975 s windows of a sound are pooled: mean of all, the loudest, or the first. (default: mean)
            """, valueName: "pooling"))
    var window: WindowPooling?

    @OptionGroup var start: StartOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Size in pixels, 512x384 or 512 for a square; sides from 16 to 1024. Sizes that the model does not draw well \
            are drawn in the nearest shape that it does and enlarged or reduced; default draws sides from 192 to 320 in \
            steps of 32. (default: 256, from the model)
            """, valueName: "size"),
        transform: Self.size)
    var size: PictureSize?

    @Option(
        help: ArgumentHelp(
            """
            Take all settings above, seed and prompt among them, from a picture made before, or by \
            stable-diffusion-webui or ComfyUI as far as there are such settings here; options that are given still \
            count.
            """, valueName: "picture"))
    var paramsFrom: String?

    func validate() throws {
        try checkOption(steps, GenerationSettings.stepRange, "--steps")
        try checkOption(guidanceScale, GenerationSettings.guidanceScaleRange, "--guidance-scale")
        try checkOption(audioWeight, 0...1, "--audio-weight")
        try checkOption(candidates, GenerationSettings.candidateRange, "--candidates")
        try checkOption(names, SoundReading.nameCounts, "--names")
        try checkOption(count, RunItem.pictureCounts, "--count")
        try Self.check(prompt, "--prompt")
        try Self.check(negativePrompt, "--negative-prompt")
    }

    @Sendable private static func size(_ argument: String) throws -> PictureSize {
        guard let size = PictureSize(argument) else {
            throw ValidationError("sides from 16 to 1024 are expected, as 256x192 or 256")
        }
        return size
    }

    @Sendable private static func sampler(_ argument: String) throws -> SamplerName {
        guard let named = SamplerName(argument) else {
            let names = SamplerKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("one of \(names) is expected")
        }
        return named
    }

    @Sendable private static func scheduler(_ argument: String) throws -> SchedulerChoice {
        if ["auto", "automatic"].contains(argument.lowercased()) { return .model }
        guard let kind = SchedulerKind(spelling: argument) else {
            let names = (["auto"] + SchedulerKind.allCases.map(\.rawValue)).joined(separator: ", ")
            throw ValidationError("one of \(names) is expected")
        }
        return .given(kind)
    }

    private static func check(_ words: String?, _ name: String) throws {
        guard let words, words.allSatisfy(\.isWhitespace) else { return }
        throw ValidationError("\(name) holds no words.")
    }

    /// Returns the options over the settings of `--params-from` over the model's own, and what that picture's settings
    /// have that was left out, in one sentence.
    /// Throws `UsageError` when that picture carries no settings, or for an invalid start; `ModelError`.
    @ComputeActor
    func settings(for model: OpenModel) throws -> (settings: GenerationSettings, note: String?) {
        var (settings, note) = try carried(for: model)
        switch seed {
        case .fixed(let number): settings.seed = number
        case .random: settings.seed = .random(in: GenerationSettings.seedRange)
        case nil: break
        }
        // A seed that was told with a picture makes it again.
        if case .fixed = seed { settings.candidates = nil }
        if paramsFrom != nil || count > 1 { settings.candidates = nil }
        settings.candidates = candidates ?? settings.candidates
        settings.steps = steps ?? settings.steps
        if let sampler { (settings.sampler, settings.scheduler) = (sampler.kind, sampler.scheduler) }
        switch scheduler {
        case .given(let kind): settings.scheduler = kind
        case .model: settings.scheduler = nil
        case nil: break
        }
        if let noise { settings.noise = noise == .own ? nil : noise }
        settings.guidanceScale = guidanceScale ?? settings.guidanceScale
        settings.prompt = prompt ?? settings.prompt
        settings.negativePrompt = negativePrompt ?? settings.negativePrompt
        settings.audioWeight = audioWeight ?? settings.audioWeight
        settings.window = window ?? settings.window
        settings.soundAs = soundAs ?? settings.soundAs ?? model.pipeline.parts.defaults.soundAs
        settings.names = names ?? settings.names
        settings.size = size ?? settings.size
        try start.apply(to: &settings)
        return (settings, note)
    }

    /// Refuses options that would do nothing in a run of inputs. Throws `UsageError`.
    func check(hasSounds: Bool, hasWords: Bool) throws {
        if audioWeight != nil, !hasWords {
            throw UsageError("--audio-weight needs a --prompt: it is the share of the sound beside the words.")
        }
        if audioWeight != nil, prompt?.contains(SoundPrompt.placeholder) ?? false {
            throw UsageError("--audio-weight has no meaning with a prompt that has \(SoundPrompt.placeholder) in it.")
        }
        if names != nil, soundAs == .tokens { throw UsageError("--names has no meaning with --sound-as tokens.") }
        if audioWeight != nil, !hasSounds { throw UsageError("--audio-weight needs a sound beside the words.") }
        let ofSounds = given([("--window", window != nil), ("--sound-as", soundAs != nil), ("--names", names != nil)])
        if let name = ofSounds.first, !hasSounds { throw UsageError("\(name) needs a sound.") }
    }
}

/// `--scheduler NAME` or `--scheduler auto`.
enum SchedulerChoice: Equatable {
    case given(SchedulerKind)
    case model
}

extension NoiseKind: ExpressibleByArgument {}

/// `--seed N` or `--seed random`.
enum Seed: Equatable {
    case fixed(UInt64)
    case random

    /// Throws `ValidationError` for anything else.
    @Sendable init(_ argument: String) throws {
        if argument == "random" {
            self = .random
        } else if let number = UInt64(argument), GenerationSettings.seedRange.contains(number) {
            self = .fixed(number)
        } else {
            throw ValidationError("random or a whole number from 0 to 2^63-1 is expected")
        }
    }
}
