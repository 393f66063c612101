import Foundation
import FrozenEncoders
import LatentDiffusion
import PictureFiles
import SoundFrontEnd
import TensorCore

/// A model made into one object: sounds and words become conditions, conditions become pictures.
///
/// Networks are loaded when they are first needed, or all at once by `load(_:)`.
///
/// ```swift
/// let bridge = try await Bridge(ModelSearch().bundle("default"))
/// let sound = try await bridge.listen(to: URL(filePath: "dog.wav"))
/// let condition = try await bridge.condition(on: sound, prompt: "in the snow", audioWeight: 0.7)
/// for try await made in bridge.pictures(condition, bridge.settings(seed: 7), count: 4) {
///     try made.picture.write(to: URL(filePath: "dog-\(made.seed).png"))
/// }
/// ```
@ComputeActor
public final class Bridge {
    /// Parts of the model that a run may need.
    public struct Parts: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let sounds = Parts(rawValue: 1)
        public static let words = Parts(rawValue: 2)
        public static let pictures = Parts(rawValue: 4)
    }

    public nonisolated let bundle: ModelBundle
    public nonisolated let precision: Precision
    private var audioEncoder: YAMNet?
    private var textEncoder: SentenceEncoder?
    private var classWords: ClassWords?
    private var anchoredAdapter: AnchoredAdapter?
    private var denoiser: DiffusionTransformer?
    private var autoencoder: ConvolutionalAutoencoder?
    /// The picture that the last pictures started from, encoded.
    private var initial: (picture: InitialPicture, size: PictureSize?, latents: Tensor)?

    /// Nothing is loaded yet. Throws `ModelError.noBFloat16` when the processor lacks the precision.
    public init(_ bundle: ModelBundle, precision: Precision = .automatic) throws {
        guard precision == .float32 || Precision.hasBFloat16 else { throw ModelError.noBFloat16 }
        self.bundle = bundle
        self.precision = precision
    }

    /// The bundle's own settings.
    public nonisolated func settings(seed: UInt64 = 0) -> GenerationSettings {
        GenerationSettings(bundle.defaults, seed: seed)
    }

    /// Loads what a run will need. Throws `ModelError` when a part cannot be loaded.
    public func load(_ parts: Parts) throws {
        _ = try loadedClassWords()
        if parts.contains(.sounds) {
            _ = try loadedAudioEncoder()
            _ = try loadedSoundConditioning()
        }
        if parts.contains(.words) { _ = try loadedTextEncoder() }
        if parts.contains(.pictures) {
            _ = try loadedDenoiser()
            _ = try loadedAutoencoder()
        }
    }

    /// Runs the audio encoder over a sound file; see `listen(to:pooling:)` for an open one.
    public func listen(to url: URL, pooling: WindowPooling = .mean) throws -> SoundLatent {
        try listen(to: AudioFile(path: url.path(percentEncoded: false)), pooling: pooling)
    }

    /// Runs the audio encoder over a clip of any length; memory does not grow with it.
    ///
    /// Throws `ModelError`; `AudioFileError` or `SignalError` for a sound that cannot be decoded or resampled;
    /// `EncoderError` for one without a sample; `CancellationError`.
    public func listen(to file: AudioFile, pooling: WindowPooling = .mean) throws -> SoundLatent {
        try listen(to: Waveform(file, sampleRate: sampleRate()), pooling: pooling)
    }

    /// The same for a sound that is being decoded, at `sampleRate()`.
    public func listen(to waveform: Waveform, pooling: WindowPooling = .mean) throws -> SoundLatent {
        try loadedAudioEncoder().listen(to: waveform, pooling: pooling)
    }

    /// Samples a second that the audio encoder listens at. Throws `ModelError`.
    public func sampleRate() throws -> Int { try loadedAudioEncoder().sampleRate }

    /// Lengths of the parts of a `SoundLatent`. Throws `ModelError`.
    public func soundLengths() throws -> (embedding: Int, scores: Int) {
        let encoder = try loadedAudioEncoder()
        return (encoder.embeddingLength, encoder.labels.count)
    }

    /// The condition that a sound, words, or both lead to; with both, the point at `audioWeight` on the arc
    /// from the words to the sound. Throws `ModelError`; `ConditionError` when neither is given.
    public func condition(
        on sound: SoundLatent?, prompt: String? = nil, audioWeight: Float = GenerationSettings.defaultAudioWeight
    ) throws -> Condition {
        let heard = try sound.map { try loadedSoundConditioning().condition(on: $0) }
        let said = try prompt.map(condition(of:))
        switch (said, heard) {
        case (let words?, let sound?): return .between(words: words, sound: sound, weight: audioWeight)
        case (let only?, nil), (nil, let only?): return only
        case (nil, nil): throw ConditionError.nothingGiven
        }
    }

    /// Specific classes whose names lie nearest to a condition, by cosine, best first. Throws `ModelError`.
    public func heard(_ condition: Condition, count: Int = 5) throws -> [ScoredLabel] {
        try loadedClassWords().nearest(to: condition, count: count)
    }

    /// The audio encoder's own highest class scores, best first. Throws `ModelError`.
    public func audioScores(_ sound: SoundLatent, count: Int = 5) throws -> [ScoredLabel] {
        try loadedClassWords().best(of: sound, count: count)
    }

    /// Clean latents `[1, height, width, channels]` of one picture; see `latents(_:seeds:_:onStep:)`.
    public func latents(
        _ condition: Condition, _ settings: GenerationSettings, onStep: (Int, Int) -> Void = { _, _ in }
    ) throws -> Tensor {
        try latents([condition], seeds: [settings.seed], settings, onStep: onStep)
    }

    /// Clean latents `[pictures, height, width, channels]`, each with the bits that it would have alone.
    ///
    /// - Parameters:
    ///   - conditions: One a picture, at least one.
    ///   - seeds: One a picture, instead of that of the settings.
    ///   - settings: Of all pictures; see `GenerationSettings.sharesBatch(with:)`.
    ///   - onStep: Called after each step with the steps done and all steps.
    /// - Throws: `ModelError`; `SamplingError`, `PictureSizeError`, `InitialPictureError`, `PictureFileError` for settings
    ///   that cannot be; `CancellationError`.
    public func latents(
        _ conditions: [Condition], seeds: [UInt64], _ settings: GenerationSettings,
        onStep: (Int, Int) -> Void = { _, _ in }
    ) throws -> Tensor {
        let denoiser = try loadedDenoiser()
        let negative = try settings.negativePrompt.map { try self.condition(of: $0).vector }
        let sampler = LatentSampler(denoiser: denoiser, schedule: denoiser.configuration.noise.schedule)
        return try sampler.latents(
            conditions: .stacked(conditions.map(\.vector)), seeds: seeds,
            settings: .init(
                sampler: settings.sampler, steps: settings.steps,
                guidance: Guidance(scale: settings.guidanceScale, negativeCondition: negative),
                initial: settings.initImage.map { try initialLatents($0, settings.size) },
                variation: settings.variation, size: settings.size.map(latentSize))
        ) {
            onStep($0.step, $0.steps)
            return true
        }
    }

    /// Whether the model can make pictures of a size. Throws `PictureSizeError`, `ModelError`.
    public func check(_ size: PictureSize) throws {
        let trained = try loadedDenoiser().configuration.sampleSize
        let (found, scale) = (try latentSize(size), try loadedAutoencoder().configuration.scale)
        guard try loadedDenoiser().allows(height: found.height, width: found.width) else {
            let own = PictureSize(width: trained * scale, height: trained * scale)
            throw PictureSizeError.fixed(model: bundle.name, size: own, found: size)
        }
    }

    private func latentSize(_ size: PictureSize) throws -> (height: Int, width: Int) {
        let scale = try loadedAutoencoder().configuration.scale
        let step = try scale * loadedDenoiser().configuration.patchSize
        guard size.width % step == 0, size.height % step == 0 else {
            throw PictureSizeError.notAMultiple(model: bundle.name, of: step, found: size)
        }
        return (size.height / scale, size.width / scale)
    }

    /// Encoded once for all pictures that start from it.
    private func initialLatents(_ initial: InitialPicture, _ size: PictureSize?) throws -> InitialLatents {
        if let encoded = self.initial, encoded.picture == initial, encoded.size == size {
            return InitialLatents(latents: encoded.latents, strength: initial.strength)
        }
        let autoencoder = try loadedAutoencoder()
        let side = try loadedDenoiser().configuration.sampleSize * autoencoder.configuration.scale
        let picture = try initial.picture(width: size?.width ?? side, height: size?.height ?? side)
        let latents = try autoencoder.encode(Tensor(picture.values, shape: [1, picture.height, picture.width, 3]))
        self.initial = (initial, size, latents)
        return InitialLatents(latents: latents, strength: initial.strength)
    }

    /// The picture of one item's latents `[1, height, width, channels]`.
    /// Throws `ModelError`; `PictureError` when the network's output is not a picture.
    public func picture(of latents: Tensor) throws -> Picture {
        let decoded = try loadedAutoencoder().decode(latents)
        return try decoded.withFloats { try Picture(width: decoded.shape[2], height: decoded.shape[1], values: $0) }
    }

    /// `count` pictures with the seeds `settings.seed`, `settings.seed + 1`, … (after the largest comes 0), each as
    /// soon as it is made. Ends with what `latents` or `picture(of:)` throws; stops when the stream is let go.
    public nonisolated func pictures(
        _ condition: Condition, _ settings: GenerationSettings, count: Int = 1
    ) -> AsyncThrowingStream<SeededPicture, any Error> {
        AsyncThrowingStream { continuation in
            let work = Task { @ComputeActor in
                do {
                    for offset in 0..<UInt64(max(0, count)) {
                        var settings = settings
                        settings.seed = (settings.seed &+ offset) & GenerationSettings.seedRange.upperBound
                        let picture = try picture(of: latents(condition, settings))
                        continuation.yield(SeededPicture(seed: settings.seed, picture: picture))
                        await Task.yield()
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in work.cancel() }
        }
    }

    private func condition(of words: String) throws -> Condition {
        Condition(try loadedTextEncoder()([words]).item(0))
    }
}

// MARK: Loading

extension Bridge {
    private func loadedAudioEncoder() throws -> YAMNet {
        try part(\.audioEncoder, .audioEncoder) { try YAMNet(contentsOf: $0, precision: precision) }
    }

    private func loadedTextEncoder() throws -> SentenceEncoder {
        try part(\.textEncoder, .textEncoder) { try SentenceEncoder(contentsOf: $0, precision: precision) }
    }

    private func loadedClassWords() throws -> ClassWords {
        let audioEncoder = try bundle.component(.audioEncoder)
        return try part(\.classWords, .classWords) { try ClassWords(contentsOf: $0, audioEncoder: audioEncoder) }
    }

    private func loadedSoundConditioning() throws -> any SoundConditioning {
        let words = try loadedClassWords()
        guard bundle.has(.bridge) else { return words }
        return try part(\.anchoredAdapter, .bridge) { try AnchoredAdapter(contentsOf: $0, words: words) }
    }

    private func loadedDenoiser() throws -> DiffusionTransformer {
        try part(\.denoiser, .denoiser) { try DiffusionTransformer(contentsOf: $0, precision: precision) }
    }

    private func loadedAutoencoder() throws -> ConvolutionalAutoencoder {
        try part(\.autoencoder, .autoencoder) { try ConvolutionalAutoencoder(contentsOf: $0, precision: precision) }
    }

    /// Parts are made apart from each other; what one gives must be what the next takes.
    private func checkWidths() throws {
        func check(_ role: ModelBundle.Role, _ what: String, _ found: Int?, _ expected: Int?) throws {
            guard let found, let expected, found != expected else { return }
            throw ModelError.badComponent(
                path: try bundle.component(role).path(percentEncoded: false),
                reason: "its \(what) is \(found), but the other parts of the model have \(expected).")
        }
        let width = denoiser?.configuration.conditionSize
        try check(.classWords, "width", classWords?.channels, width ?? textEncoder?.embeddingLength)
        try check(.bridge, "width", anchoredAdapter?.channels, width ?? textEncoder?.embeddingLength)
        try check(.textEncoder, "width", textEncoder?.embeddingLength, width)
        try check(.audioEncoder, "number of classes", audioEncoder?.labels.count, classWords?.count)
        let latents = denoiser?.configuration
        try check(
            .autoencoder, "number of latent channels", autoencoder?.configuration.latentChannels, latents?.channels)
        try check(.autoencoder, "number of colours", autoencoder?.configuration.channels, 3)
    }

    private func part<Part>(
        _ slot: ReferenceWritableKeyPath<Bridge, Part?>, _ role: ModelBundle.Role, load: (URL) throws -> Part
    ) throws -> Part {
        if let loaded = self[keyPath: slot] { return loaded }
        let directory = try bundle.component(role)
        let loaded: Part
        do {
            loaded = try load(directory)
        } catch {
            throw ModelError.component(error)
        }
        self[keyPath: slot] = loaded
        do {
            try checkWidths()
        } catch {
            self[keyPath: slot] = nil
            throw error
        }
        return loaded
    }
}
