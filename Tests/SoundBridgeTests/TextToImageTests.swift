import FilesOnDisk
import Foundation
import FrozenEncoders
import LatentDiffusion
import TensorCore
import TestSupport
import Testing

@testable import SoundBridge

/// Stable Diffusion models: whole pictures against diffusers' pipelines, both with synthetic weights and the same noise.
@ComputeActor
struct TextToImageTests {
    nonisolated static let models = ["sd1", "sd2-v", "turbo", "lcm", "sdxl"]
    private static let prompt = "a photo of a dog, barking"

    /// Noise that the reference was given too, by its draw.
    private struct GivenNoise: NoiseSource {
        func noise(seed: UInt64, draw: Int, shape: [Int]) -> Tensor {
            SyntheticTensors.picture("noise\(draw)", 1, shape[2], height: shape[0], width: shape[1]).item(0) * 1.7
        }
    }

    private let scratch: TemporaryFolder

    nonisolated init() throws { scratch = try TemporaryFolder() }

    private func model(_ name: String) throws -> DiffusersFolder {
        try DiffusersFolder(contentsOf: StandIn(name).write(to: scratch))
    }

    @Test(arguments: models) func drawsAsDiffusers(name: String) throws {
        let settings: (sampler: SamplerKind, steps: Int, scale: Float) =
            switch name {
            case "sd1": (.ddim, 4, 7.5)
            case "sd2-v", "sdxl": (.euler, 3, 5)
            case "turbo": (.euler, 1, 1)
            default: (.lcm, 4, 8)
            }
        try drawsTheReference(
            name, model(name),
            .init(
                sampler: settings.sampler, steps: settings.steps, guidance: Guidance(scale: settings.scale),
                noise: GivenNoise()))
    }

    /// Three of five steps, from a picture.
    @Test(arguments: [("sd1", SamplerKind.ddim), ("sd2-v", .euler), ("sdxl", .euler)])
    func startsFromPicturesAsDiffusers(name: String, sampler: SamplerKind) throws {
        let model = try model(name)
        let start = SyntheticTensors.picture("start", 1, 3, height: 64, width: 64)
        let picture = Tensor(start.floats.map { max($0, 0) * 2 - 1 }, shape: start.shape)
        try drawsTheReference(
            name + ".from-picture", model,
            .init(
                sampler: sampler, steps: 5, guidance: Guidance(scale: 5),
                initial: InitialLatents(latents: model.autoencoder(.float32).encode(picture), strength: 0.6),
                noise: GivenNoise()))
    }

    private func drawsTheReference(
        _ name: String, _ model: DiffusersFolder, _ settings: LatentSampler.Settings
    ) throws {
        let expected = try SafetensorsFile(contentsOf: StandIn.fixtures.appending(path: "pictures.safetensors"))
            .tensor(name)
        let conditioner = PromptSequence(
            conditioning: model.conditioning, textEncoder: LazyPart(try model.textEncoder(.float32)),
            sounds: LazyPart<any SoundNaming> { throw ConditioningError.noWords })
        var settings = settings
        settings.guidance.negativeCondition =
            try name.hasPrefix("sd1") ? conditioner.conditioning(of: "blurry words").condition : conditioner.empty()
        let latents = try LatentSampler(model.denoiser(.float32)).latents(
            conditions: [conditioner.conditioning(of: Self.prompt).condition], seeds: [0], settings: settings)
        let picture = try model.autoencoder(.float32).decode(latents).item(0)
        #expect(picture.shape == expected.shape)
        let found = picture.floats.map { min(max($0 / 2 + 0.5, 0), 1) }
        let difference = zip(found, expected.floats).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(found.count)
        #expect(difference < 1e-4, "\(name): \(difference)")
    }

    @Test(arguments: [
        ("sd1", SamplerKind.ddim, 25, Float(7.5)), ("sd2-v", .euler, 25, 7.5), ("turbo", .euler, 1, 1),
        ("lcm", .lcm, 4, 8), ("sdxl", .euler, 25, 7.5),
    ]) func defaultsSuitTheModel(name: String, sampler: SamplerKind, steps: Int, scale: Float) throws {
        let defaults = try model(name).defaults
        #expect(defaults.sampler == sampler && defaults.steps == steps && defaults.guidanceScale == scale)
    }

    /// Without the weights of the others a name alone gives exactly the picture of its prompt.
    @Test func aNameAloneIsItsPrompt() throws {
        let model = try model("sd1")
        let conditioner = PromptSequence(
            conditioning: model.conditioning, textEncoder: LazyPart(try model.textEncoder(.float32)),
            sounds: LazyPart<any SoundNaming> { throw ConditioningError.noWords })
        let (dog, cat) = (try conditioner.conditioning(of: "a dog"), try conditioner.conditioning(of: "a cat"))
        let blended = try conditioner.blend([.init(dog, weight: 1), .init(cat, weight: 0)])
        #expect(blended.condition.tokens.floats == dog.condition.tokens.floats)
    }

    /// A sound in two prompts, through the whole pipeline with the bundled audio encoder and bridge.
    @Test func aSoundFillsThePlaceInAPrompt() throws {
        let model = try model("sd1")
        let search = ModelSearch(models: Checkout.models)
        let open = try OpenModel(model, sounds: search.bundle("default"), precision: .float32)
        let pipeline = open.pipeline
        let sound = try pipeline.listen(to: Checkout.samples.appending(path: "dog-bark.ogg"))
        func picture(_ subject: PictureSubject) throws -> [Float] {
            var settings = pipeline.settings(seed: 3)
            settings.steps = 2
            return try #require(pipeline.draw([PictureRequest(subject, settings)]).first).picture.values
        }
        let plain = try picture(pipeline.subject(of: sound))
        let template = try picture(pipeline.subject(of: sound, prompt: "a photo of {sound}"))
        let other = try picture(pipeline.subject(of: sound, prompt: "an oil painting of {sound}"))
        #expect(plain == template)
        #expect(plain != other)
        let rain = try pipeline.listen(to: Checkout.samples.appending(path: "rain.ogg"))
        #expect(try picture(pipeline.subject(of: rain)) != plain)
        #expect(try pipeline.subject(of: sound).heard.first?.label == "Bark")
        #expect(open.name == "sd1")
        #expect(try open.digest() != search.bundle("default").digest())
    }

    /// Whatever changes the pictures changes the digest.
    @Test func optionsAreInTheDigest() throws {
        let folder = try StandIn("sd1").write(to: scratch)
        let options: [TextToImageOptions] = [
            .init(), .init(tiling: .on), .init(prediction: .velocity),
            .init(autoencoder: folder.appending(path: "unet/diffusion_pytorch_model.safetensors")),
        ]
        let digests = try options.map { try DiffusersFolder(contentsOf: folder, options: $0).digest() }
        #expect(Set(digests).count == options.count)
    }

    /// The bundle's critic chooses among pictures of sounds, of words, and of both.
    @Test func theBundleChoosesAmongCandidates() throws {
        let model = try model("sd1")
        let open = try OpenModel(
            model, sounds: ModelSearch(models: Checkout.models).bundle("default"), precision: .float32)
        let pipeline = open.pipeline
        let sound = try pipeline.listen(to: Checkout.samples.appending(path: "dog-bark.ogg"))
        var settings = pipeline.settings(seed: 3)
        (settings.steps, settings.candidates) = (1, 3)
        for subject in try [
            pipeline.subject(of: sound), pipeline.subject(prompt: "a dog"),
            pipeline.subject(of: sound, prompt: "at night"),
        ] {
            let record = try #require(pipeline.draw([PictureRequest(subject, settings)]).first).record
            let best = record.candidates.max { $0.score < $1.score }
            #expect(record.candidates.count == 3 && record.settings.seed == best?.seed)
        }
    }

    @Test func placesForSoundsWorkInTheBundledModel() throws {
        let pipeline = try Pipeline(ModelSearch(models: Checkout.models).bundle("default"), precision: .float32)
        let sound = try pipeline.listen(to: Checkout.samples.appending(path: "dog-bark.ogg"))
        let painted = try pipeline.subject(of: sound, prompt: "a drawing of {sound}")
        let words = try pipeline.subject(prompt: "a drawing of a dog")
        let rain = try pipeline.subject(prompt: "a drawing of rain")
        let embedding = try #require(painted.conditioning.embedding)
        let cosines = try [words, rain].map { subject in
            try embedding.cosine(to: #require(subject.conditioning.embedding))
        }
        #expect(cosines[0] > 0.6 && cosines[0] > cosines[1] + 0.2, "\(cosines)")
    }
}
