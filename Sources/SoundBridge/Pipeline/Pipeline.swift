import Foundation
import FrozenEncoders
import LatentDiffusion
import PictureFiles
import TensorCore

/// A whole model made into one object: it turns sounds and words into subjects, and requests about subjects into
/// pictures.
///
/// Parts are loaded when they are first needed, or by `load(_:)`, and freed by `release(_:)`.
///
/// Any number of tasks may use a pipeline at once. All pipelines of a process share one lane, `ComputeActor`: a call
/// waits for the ones before it, first in, first out, and its result is the same as if it were alone. `draw` holds the
/// lane until its last picture is made; `pictures` lets others in after each batch.
///
/// ```swift
/// let pipeline = try Pipeline(ModelSearch().bundle("default"))
/// let sound = try await pipeline.listen(to: URL(filePath: "dog.wav"))
/// let subject = try await pipeline.subject(of: sound, prompt: "a cat", audioWeight: 0.7)
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
    /// Shows how far pictures have come where the autoencoder takes long.
    var linearDecoder: LinearDecoder?

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

    /// The model's own settings, for one seed.
    public nonisolated func settings(seed: UInt64 = 0) -> PictureSettings {
        PictureSettings(
            seed: seed, steps: parts.defaults.steps, sampler: parts.defaults.sampler)
    }

    /// Loads the parts that a run will need. Throws `ModelError` when a part cannot be loaded or does not fit the
    /// others.
    public func load(_ stages: Stages) throws {
        _ = try parts.classWords?()
        if stages.contains(.sounds) { _ = try parts.audioEncoder() }
        try parts.conditioner.load(stages)
        if stages.contains(.pictures) {
            _ = try parts.denoiser()
            _ = try parts.autoencoder()
            _ = try parts.checkpoint?()
        }
        try parts.check()
    }

    /// Frees parts that are not needed for a while; they are loaded again on demand.
    public func release(_ stages: Stages) {
        if stages.contains(.sounds) {
            parts.audioEncoder.release()
            parts.classWords?.release()
        }
        parts.conditioner.release(stages)
        if stages.contains(.pictures) {
            parts.denoiser.release()
            parts.autoencoder.release()
            parts.critic?.release()
            (initial, linearDecoder) = (nil, nil)
        }
    }
}
