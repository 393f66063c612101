import FilesOnDisk
import Foundation
import FrozenEncoders
import LatentDiffusion
import SoundFrontEnd
import TensorCore
import TestSupport
import Testing

@testable import SoundBridge

/// What a sound becomes where a model reads prompts.
@ComputeActor @Suite struct SoundReadingTests {
    /// Names every sound alike.
    private struct Names: SoundNaming {
        let space = RandomParts.space
        let channels = 3
        var shares: [Float] = [1, 0]

        func embedding(of sound: EncodedSound) throws -> Embedding {
            Embedding(Tensor([1, 2, 2], shape: [3]), in: space)
        }

        func names(of sound: EncodedSound, count: Int) throws -> [ScoredLabel] {
            zip(["Dog (puppy)", "Rain, drizzle"], shares).prefix(count).map { ScoredLabel(label: $0, score: $1) }
        }
    }

    private let scratch: TemporaryFolder
    private let sound: EncodedSound

    nonisolated init() throws {
        scratch = try TemporaryFolder()
        var sound = EncodedSound(embedding: [1, 0, 0], scores: nil)
        sound.traits = SoundTraits(loudness: -12, brightness: 4000, onsetRate: 5, contrast: 50)
        self.sound = sound
    }

    /// A stand-in whose text encoder has the whole vocabulary of CLIP.
    private func clipPipeline(shares: [Float] = [1, 0]) throws -> Pipeline {
        let folder = try StandIn("sd1").write(to: scratch), encoderFolder = folder.appending(path: "text_encoder")
        let vocabulary = Checkout.component("clip-vocabulary").appending(path: "merges.txt")
        let tokenizer = try CLIPTokenizer(merges: vocabulary, padding: .endOfText)
        let file = encoderFolder.appending(path: "model.safetensors"), weights = try SafetensorsFile(contentsOf: file)
        let tensors = try weights.names.map { name in
            let tensor = try weights.tensor(name)
            let isVocabulary = name.hasSuffix("token_embedding.weight")
            return (
                name: name,
                tensor: isVocabulary
                    ? SyntheticTensors.weight(name, [tokenizer.vocabularySize, tensor.channels])
                    : Tensor(tensor.floats, shape: tensor.shape)
            )
        }
        try SafetensorsFile.write(tensors, to: file)
        let config = encoderFolder.appending(path: "config.json")
        let text = try String(contentsOf: config, encoding: .utf8)
        try text.replacing("\"vocab_size\": 523", with: "\"vocab_size\": \(tokenizer.vocabularySize)")
            .write(to: config, atomically: true, encoding: .utf8)
        let encoder = try CLIPTextEncoder(
            CLIPTextModel(contentsOf: encoderFolder), tokenizer, states: .last, tokenizerFile: vocabulary)
        let model = try DiffusersFolder(contentsOf: folder)
        return Pipeline(
            ModelParts(
                name: "clip", defaults: model.defaults, audioEncoder: LazyPart(RandomParts.Ears(labels: nil)),
                conditioner: PromptSequence(
                    textEncoder: LazyPart(encoder), sounds: LazyPart(Names(shares: shares))),
                denoiser: LazyPart { try model.denoiser(.float32) },
                autoencoder: LazyPart { try model.autoencoder(.float32) }))
    }

    private func picture(_ subject: PictureSubject, by pipeline: Pipeline) throws -> DrawnPicture {
        var settings = pipeline.settings(seed: 5)
        settings.steps = 2
        return try pipeline.draw([PictureRequest(subject, settings, name: "a.wav")])[0]
    }

    /// Through the real tokenizer: a blend of prompts by 1 and 0 is the picture of the first, bit for bit.
    @Test func aBlendWithOneShareIsThePictureOfThatPrompt() throws {
        let pipeline = try clipPipeline()
        let blended = try pipeline.subject(of: sound), alone = try pipeline.subject(prompt: "a photo of Dog (puppy)")
        #expect(blended.prompts.map(\.text) == ["a photo of Dog (puppy)", "a photo of Rain, drizzle"])
        #expect(blended.prompts.map(\.weight) == [1, 0])
        #expect(try picture(blended, by: pipeline).picture == picture(alone, by: pipeline).picture)
        let other = try pipeline.subject(of: sound, as: .describe)
        #expect(try picture(other, by: pipeline).picture != picture(alone, by: pipeline).picture)
    }

    @Test func aDescribedSoundIsOnePrompt() throws {
        let pipeline = try clipPipeline(shares: [0.7, 0.3])
        let subject = try pipeline.subject(of: sound, as: .describe)
        #expect(
            subject.prompts == [
                WeightedPrompt("a photo of dog and rain, loud, bright and rapid, close by", weight: 1)
            ])
        let words = try pipeline.subject(prompt: subject.prompts[0].text)
        #expect(subject.conditioning.condition.tokens.floats == words.conditioning.condition.tokens.floats)
        let drawn = try picture(subject, by: pipeline).record
        #expect(drawn.settings.soundAs == .describe && drawn.prompts == subject.prompts)
        #expect(try JSONDecoder().decode(PictureRecord.self, from: Data(drawn.json().utf8)) == drawn)
        #expect(drawn.promptLine == "“\(subject.prompts[0].text)”" && drawn.parameters.contains("Sound as: describe"))
        #expect(try pipeline.phrase(for: sound) == "dog and rain, loud, bright and rapid, close by")
    }

    @Test func promptsAreToldByTheirSharesBesideWords() throws {
        let pipeline = try clipPipeline(shares: [0.5, 0.5])
        let subject = try pipeline.subject(of: sound, prompt: "at night", audioWeight: 0.25, names: 2)
        #expect(subject.prompts.map(\.text) == ["at night", "a photo of Dog (puppy)", "a photo of Rain, drizzle"])
        #expect(subject.prompts.map(\.weight) == [0.75, 0.125, 0.125])
        #expect(subject.names == 2 && subject.soundAs == .names)
        let own = try pipeline.subject(of: sound, prompt: "{sound} at night", as: .describe, names: 1)
        #expect(own.prompts.map(\.text) == ["dog, loud, bright and rapid, close by at night"])
    }

    /// A prompt of more than 75 tokens is cut, and what is cut is said once, in every form.
    @Test func whatIsCutIsSaid() throws {
        let pipeline = try clipPipeline(shares: [0.5, 0.5])
        let long = Array(repeating: "very", count: 80).joined(separator: " ")
        for form in [SoundForm.names, .describe] {
            let subject = try pipeline.subject(of: sound, prompt: "{sound}, \(long) dark", as: form)
            #expect(subject.warnings.count == 1)
            #expect(
                subject.warnings.first?.contains("“very very very very …”, is lost") ?? false, "\(subject.warnings)")
            let beside = try pipeline.subject(of: sound, prompt: "\(long) dark", as: form)
            #expect(beside.warnings.count == 1, "\(beside.warnings)")
        }
        #expect(try pipeline.subject(of: sound).warnings == [])
    }

    @Test func whatAModelDoesNotTakeIsAnError() throws {
        for pipeline in [try clipPipeline(), RandomParts.pipeline()] {
            #expect(throws: ConditioningError.noTokens) { try pipeline.subject(of: sound, as: .tokens) }
            #expect(throws: ConditioningError.noSound) { try pipeline.subject(prompt: "a {sound}") }
            #expect(throws: SettingError.self) { try pipeline.subject(of: sound, names: 51) }
        }
        #expect(throws: ModelError.self) { try RandomParts.pipeline().subject(of: sound, as: .describe) }
    }

    @Test(arguments: [
        (SoundTraits(loudness: -50, brightness: 500, onsetRate: 0, contrast: 3), "bark, quiet, deep and steady"),
        (SoundTraits(loudness: -25, brightness: 2000, onsetRate: 2, contrast: 30), "bark"),
        (SoundTraits(loudness: -35, brightness: 2000, onsetRate: 0.5, contrast: 14), "bark, far away"),
        (SoundTraits(loudness: -25, brightness: 2000, onsetRate: 0.5, contrast: 45), "bark, slow, close by"),
        (nil, "bark"),
    ]) func theAudibleIsSaid(traits: SoundTraits?, phrase: String) {
        let names = [ScoredLabel(label: "Bark", score: 1)]
        #expect(SoundPhrase(names: names, traits: traits).description == phrase)
    }

    @Test func namesAreSaidOnceAndWithoutTheirRemarks() {
        let names = [("Rain", 0.4), ("Rain on surface", 0.2), ("Whimper (dog)", 0.2), ("Vehicle horn, car horn", 0.15)]
            .map { ScoredLabel(label: $0, score: $1) }
        #expect(SoundPhrase(names: names, traits: nil).description == "rain, whimper and vehicle horn")
        let faint = [("Rain", 0.9), ("Dog", 0.1)].map { ScoredLabel(label: $0, score: $1) }
        #expect(SoundPhrase(names: faint, traits: nil).description == "rain")
    }

    /// The bundled model takes names and descriptions in a prompt as well, and says which.
    @Test func theBundledModelReadsPromptsWithAPlaceForTheSound() throws {
        let pipeline = try Pipeline(ModelSearch(models: Checkout.models).bundle("default"), precision: .float32)
        let dog = try pipeline.listen(to: Checkout.samples.appending(path: "dog-bark.ogg"))
        #expect(dog.traits != nil)
        let named = try pipeline.subject(of: dog, prompt: "a drawing of {sound}", names: 2)
        #expect(named.prompts.count == 2 && named.prompts[0].text == "a drawing of Bark")
        let described = try pipeline.subject(of: dog, as: .describe)
        #expect(described.prompts.map(\.text) == [try pipeline.phrase(for: dog)])
        let plain = try pipeline.subject(of: dog)
        #expect(plain.soundAs == nil && plain.prompts.isEmpty)
    }
}
