import Foundation
import FrozenEncoders
import FuseMix
import LatentDiffusion
import TensorCore

/// The parts of a pipeline, read from a model's folder or put together by hand.
public struct ModelParts: Sendable {
    /// The model's name, which pictures carry.
    public let name: String
    /// Precision of the networks' products.
    public let precision: Precision
    public let defaults: ModelDefaults
    /// Sides of a picture in pixels that the model draws well; a picture of another size is drawn at one of these and
    /// enlarged or reduced. Nil where it draws every size that its networks allow.
    public let drawnSides: ClosedRange<Int>?
    public let audioEncoder: LazyPart<any AudioEncoder>
    public let conditioner: any Conditioner
    /// Names the classes that are heard; without it nothing is named.
    public let classWords: LazyPart<ClassWords>?
    public let denoiser: LazyPart<any Denoiser>
    public let autoencoder: LazyPart<any Autoencoder>
    /// Chooses among several pictures of a subject; without it each is drawn once.
    public let critic: LazyPart<PictureCritic>?
    /// The denoiser's noise schedule, which may be known before its weights are read.
    let schedule: LazyPart<any NoiseSchedule>
    /// The record of a text-to-image model; nil for others.
    public let checkpoint: LazyPart<CheckpointRecord>?

    /// Takes parts made by hand. The conditioner makes the denoiser's conditions from words and encoded sounds, with parts of
    /// its own.
    public init(
        name: String, precision: Precision = .float32, defaults: ModelDefaults, drawnSides: ClosedRange<Int>? = nil,
        audioEncoder: LazyPart<any AudioEncoder>, conditioner: any Conditioner,
        classWords: LazyPart<ClassWords>? = nil,
        denoiser: LazyPart<any Denoiser>, autoencoder: LazyPart<any Autoencoder>,
        schedule: LazyPart<any NoiseSchedule>? = nil, checkpoint: LazyPart<CheckpointRecord>? = nil,
        critic: LazyPart<PictureCritic>? = nil
    ) {
        (self.name, self.precision, self.defaults, self.drawnSides) = (name, precision, defaults, drawnSides)
        (self.audioEncoder, self.conditioner, self.classWords) = (audioEncoder, conditioner, classWords)
        (self.denoiser, self.autoencoder, self.checkpoint, self.critic) = (denoiser, autoencoder, checkpoint, critic)
        self.schedule = schedule ?? LazyPart { try denoiser().schedule }
    }

    /// Takes the parts of a bundle without loading anything. A part that the bundle lacks throws `ModelError.lacks`
    /// when it is needed, an invalid one `ModelError.component`.
    /// The loader has the encoders of the process, so that each is loaded once.
    ///
    /// Throws `ModelError.noBFloat16` when the processor lacks the precision.
    public init(_ bundle: ModelBundle, precision: Precision = .automatic, encoders: EncoderLoader) throws {
        try precision.check()
        let space = bundle.sentenceSpace
        let sounds = SoundParts(bundle, precision, encoders)
        let textEncoder = bundle.textEncoder(precision, encoders)
        let lettingGo: @Sendable @ComputeActor () -> Void = { sounds.soundAdapter.release() }
        let soundAdapter = LazyPart<any SoundAdapter>(letGo: lettingGo) { try sounds.soundAdapter() }
        self.init(
            name: bundle.name, precision: precision, defaults: bundle.defaults, drawnSides: bundle.drawsWell.sides,
            audioEncoder: sounds.audioEncoder,
            conditioner: SentencePoint(space: space, textEncoder: textEncoder, soundAdapter: soundAdapter),
            classWords: sounds.classWords,
            denoiser: LazyPart {
                try bundle.read(.denoiser) { try DiffusionTransformer(contentsOf: $0, precision: precision) }
            },
            autoencoder: LazyPart {
                try bundle.read(.autoencoder) { try ConvolutionalAutoencoder(contentsOf: $0, precision: precision) }
            },
            schedule: LazyPart {
                try bundle.read(.denoiser) { folder in
                    let file = folder.appending(component: "config.json")
                    return try DiffusionTransformer.Configuration(contentsOf: file).noise.schedule
                }
            }, critic: bundle.critic(textEncoder, precision, encoders))
    }

    /// Takes the parts of a text-to-image model without loading anything, and those that tell what a sound is from a bundle.
    /// An invalid part throws `ModelError.component` when it is needed.
    ///
    /// Throws `ModelError.noBFloat16` when the processor lacks the precision.
    public init(
        _ model: any TextToImageModel, sounds bundle: ModelBundle, precision: Precision = .automatic,
        encoders: EncoderLoader
    ) throws {
        try precision.check()
        @ComputeActor func part<Part>(_ read: (Precision) throws -> Part) throws -> Part {
            do { return try read(precision) } catch { throw ModelError.component(error) }
        }
        let sounds = SoundParts(bundle, precision, encoders)
        var defaults = model.defaults
        defaults.soundAs = .names
        self.init(
            name: model.name, precision: precision, defaults: defaults, audioEncoder: sounds.audioEncoder,
            conditioner: PromptSequence(
                conditioning: model.conditioning,
                textEncoder: LazyPart { try part(model.textEncoder) }, sounds: sounds.soundAdapter,
                tokens: model.options.tokens.map { folder in
                    LazyPart { try part { _ in try TrainedTokens(contentsOf: folder) } }
                }),
            classWords: sounds.classWords, denoiser: LazyPart { try part(model.denoiser) },
            autoencoder: LazyPart { try part(model.autoencoder) }, schedule: LazyPart(model.schedule),
            checkpoint: LazyPart { try CheckpointRecord(of: model) },
            critic: bundle.critic(bundle.textEncoder(precision, encoders), precision, encoders))
    }

    /// Throws `ModelError.misfit` when the output of a loaded part is not the input that the next one takes.
    @ComputeActor
    func check() throws {
        let shape = try conditioner.shape
        guard let denoiser = denoiser.loaded else { return }
        if let shape, shape != denoiser.conditionShape {
            throw ModelError.misfit("conditions are \(shape), but the denoiser takes \(denoiser.conditionShape)")
        }
        if let channels = autoencoder.loaded?.latentChannels, channels != denoiser.latentShape[2] {
            throw ModelError.misfit(
                "the autoencoder's latents have \(channels) channels, but the denoiser's \(denoiser.latentShape[2])")
        }
    }
}

extension ModelBundle {
    fileprivate func textEncoder(_ precision: Precision, _ encoders: EncoderLoader) -> LazyPart<any TextEncoder> {
        LazyPart(letGo: lettingGo(.textEncoder, precision, encoders)) {
            try read(.textEncoder) { try encoders.textEncoder(at: $0, precision: precision) }
        }
    }

    /// The critic of the bundle's image encoder and `image_text` adapters; nil where it lacks one of them.
    fileprivate func critic(
        _ textEncoder: LazyPart<any TextEncoder>, _ precision: Precision, _ encoders: EncoderLoader
    ) -> LazyPart<PictureCritic>? {
        guard has(.imageEncoder), has(.imageText) else { return nil }
        return LazyPart(letGo: lettingGo(.imageEncoder, precision, encoders)) {
            let encoder = try read(.imageEncoder) { try encoders.imageEncoder(at: $0, precision: precision) }
            let adapters = try read(.imageText) { try AdapterPair(contentsOf: $0, precision: precision) }
            return try PictureCritic(encoder, textEncoder, adapters, space: sentenceSpace)
        }
    }
}

extension Precision {
    /// Throws `ModelError.noBFloat16` where the processor lacks it.
    fileprivate func check() throws {
        guard self == .float32 || Precision.hasBFloat16 else { throw ModelError.noBFloat16 }
    }
}
