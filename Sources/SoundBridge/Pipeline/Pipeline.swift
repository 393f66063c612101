import Foundation
import FrozenEncoders
import LatentDiffusion
import PictureFiles
import SoundFrontEnd
import TensorCore

/// A whole model made into one object: it turns sounds and words into subjects, and requests about subjects into
/// pictures.
///
/// Parts are loaded when they are first needed, or by `load(_:)`, and freed by `release(_:)`.
///
/// ```swift
/// let pipeline = try await Pipeline(ModelSearch().bundle("default"))
/// let sound = try await pipeline.listen(to: URL(filePath: "dog.wav"))
/// let subject = try await pipeline.subject(of: sound, prompt: "in the snow", audioWeight: 0.7)
/// let requests = (7..<11).map { PictureRequest(subject, pipeline.settings(seed: $0)) }
/// for try await drawn in pipeline.pictures(requests) {
///     try drawn.write(to: URL(filePath: "dog-\(drawn.record.settings.seed).png"))
/// }
/// ```
@ComputeActor
public final class Pipeline {
    /// Groups of parts that a run needs.
    public struct Stages: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// Audio encoder and sound adapter.
        public static let sounds = Stages(rawValue: 1)
        /// Text encoder.
        public static let words = Stages(rawValue: 2)
        /// Denoiser and autoencoder.
        public static let pictures = Stages(rawValue: 4)
    }

    public nonisolated let parts: ModelParts
    /// The picture that the last pictures started from, encoded at its size.
    var initial: (picture: Picture, width: Int, height: Int, latents: Tensor)?

    public nonisolated init(_ parts: ModelParts) {
        self.parts = parts
    }

    /// Makes the pipeline of a bundle without loading anything. Throws `ModelError.noBFloat16` when the processor lacks
    /// the precision.
    public nonisolated convenience init(
        _ bundle: ModelBundle, precision: Precision = .automatic, encoders: EncoderLoader = EncoderLoader()
    ) throws {
        self.init(try ModelParts(bundle, precision: precision, encoders: encoders))
    }

    /// The model's own settings.
    public nonisolated func settings(seed: UInt64 = 0) -> GenerationSettings {
        GenerationSettings(parts.defaults, seed: seed)
    }

    /// Loads the parts that a run will need. Throws `ModelError` when a part cannot be loaded or does not fit the
    /// others.
    public func load(_ stages: Stages) throws {
        _ = try parts.classWords?()
        if stages.contains(.sounds) {
            _ = try parts.audioEncoder()
            _ = try parts.soundAdapter()
        }
        if stages.contains(.words) { _ = try parts.textEncoder() }
        if stages.contains(.pictures) {
            _ = try parts.denoiser()
            _ = try parts.autoencoder()
        }
        try parts.check()
    }

    /// Frees parts that are not needed for a while; they are loaded again on demand.
    public func release(_ stages: Stages) {
        if stages.contains(.sounds) {
            parts.audioEncoder.release()
            parts.soundAdapter.release()
            parts.classWords?.release()
        }
        if stages.contains(.words) { parts.textEncoder.release() }
        if stages.contains(.pictures) {
            parts.denoiser.release()
            parts.autoencoder.release()
            initial = nil
        }
    }
}

// MARK: Listening

extension Pipeline {
    /// Runs the audio encoder over a sound file; see `listen(to:pooling:)` for an open one.
    public func listen(to url: URL, pooling: WindowPooling = .mean) throws -> EncodedSound {
        try listen(to: AudioFile(path: url.path(percentEncoded: false)), pooling: pooling)
    }

    /// Runs the audio encoder over a clip of any length; memory does not grow with it.
    ///
    /// Throws `ModelError`; `AudioFileError` or `SignalError` for a sound that cannot be decoded or resampled;
    /// `EncoderError` for one without a sample; `CancellationError`.
    public func listen(to file: AudioFile, pooling: WindowPooling = .mean) throws -> EncodedSound {
        try listen(to: Waveform(file, sampleRate: sampleRate()), pooling: pooling)
    }

    /// Runs the audio encoder over a sound that is being decoded, at `sampleRate()`.
    public func listen(to waveform: Waveform, pooling: WindowPooling = .mean) throws -> EncodedSound {
        try parts.audioEncoder().listen(to: waveform, pooling: pooling)
    }

    /// Returns the audio encoder's sample rate, in samples per second. Throws `ModelError`.
    public func sampleRate() throws -> Int { try parts.audioEncoder().sampleRate }

    /// Makes the subject of pictures from a sound, from words or from both. With both, `audioWeight` is the share of
    /// the sound, from 0 (the words alone) to 1 (the sound alone).
    ///
    /// Throws `ModelError`; `ConditioningError` when neither is given.
    public func subject(
        of sound: EncodedSound?, prompt: String? = nil, audioWeight: Float = GenerationSettings.defaultAudioWeight
    ) throws -> PictureSubject {
        let conditioning = try parts.conditioner.conditioning(of: sound, prompt: prompt, audioWeight: audioWeight)
        return PictureSubject(
            conditioning: conditioning, prompt: prompt, audioWeight: audioWeight,
            heard: try conditioning.embedding.map { try heard($0) } ?? [],
            audioScores: try sound.map { try audioScores($0) })
    }

    /// Returns the specific classes whose names lie nearest to an embedding of the sentence space, by cosine, best
    /// first; none for a model without class words. Throws `ModelError`.
    public func heard(_ embedding: Embedding, count: Int = 5) throws -> [ScoredLabel] {
        try parts.classWords?().nearest(to: embedding, count: count) ?? []
    }

    /// Returns the audio encoder's own highest class scores, best first; none for an encoder that is no tagger.
    /// Throws `ModelError`.
    public func audioScores(_ sound: EncodedSound, count: Int = 5) throws -> [ScoredLabel] {
        guard let scores = sound.scores, let labels = try parts.audioEncoder().labels else { return [] }
        return ScoredLabel.best(count, of: zip(labels, scores).map { ScoredLabel(label: $0, score: $1) })
    }
}
