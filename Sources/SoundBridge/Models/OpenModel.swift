import FrozenEncoders
import TensorCore

/// A model's folder with its pipeline and its encoders, which can also be used by themselves.
public struct OpenModel: Sendable {
    /// The bundle; of a text-to-image model the one that tells what its sounds are.
    public let bundle: ModelBundle
    public let pipeline: Pipeline
    public let encoders: EncoderLoader
    public let guide: ModelGuide
    private let textToImage: (any TextToImageModel)?

    /// Opens a model without loading anything. Throws `ModelError.noBFloat16` when the processor lacks the precision.
    public init(_ bundle: ModelBundle, precision: Precision = .automatic, encoders: EncoderLoader = EncoderLoader())
        throws
    {
        (self.bundle, self.encoders, textToImage) = (bundle, encoders, nil)
        pipeline = try Pipeline(bundle, precision: precision, encoders: encoders)
        guide = ModelGuide(bundle, conditioner: pipeline.parts.conditioner)
    }

    /// Opens a text-to-image model without loading its weights. The bundle's audio encoder, class words and bridge tell what a
    /// sound is. Throws `ModelError.noBFloat16` when the processor lacks the precision.
    public init(
        _ model: any TextToImageModel, sounds: ModelBundle, precision: Precision = .automatic,
        encoders: EncoderLoader = EncoderLoader()
    ) throws {
        (bundle, self.encoders, textToImage) = (sounds, encoders, model)
        pipeline = Pipeline(try ModelParts(model, sounds: sounds, precision: precision, encoders: encoders))
        guide = ModelGuide(name: model.name, conditioner: pipeline.parts.conditioner)
    }

    /// The name that pictures carry.
    public var name: String { pipeline.parts.name }

    /// Whether it is a text-to-image model, whose pictures take minutes where those of a bundle take a second.
    public var isTextToImage: Bool { textToImage != nil }

    /// Digest that tells the files that pictures depend on from others of the same names. Throws `ModelError.component` for a
    /// file that cannot be read.
    public func digest() throws -> String {
        let sounds = try bundle.digest()
        return try textToImage.map { "\(try $0.digest())-\(sounds.prefix(16))" } ?? sounds
    }

    /// What records tell of a text-to-image model; nil for a bundle. Throws `ModelError.component` for a file that cannot be
    /// read.
    @ComputeActor
    public func checkpoint() throws -> CheckpointRecord? { try pipeline.parts.checkpoint?() }
}

extension OpenModel {
    /// Opens what a name or path stands for: a bundle, or a text-to-image model by the path of its folder or file, whose
    /// sounds the bundle `default` tells. An audio encoder, by its name or the path of its folder, hears in place of the
    /// bundle's. Throws `ModelError`, also for options beside a bundle, which takes none.
    public init(
        named nameOrPath: String, in search: ModelSearch = ModelSearch(), precision: Precision = .automatic,
        options: TextToImageOptions = TextToImageOptions(), audioEncoder: String? = nil,
        encoders: EncoderLoader = EncoderLoader()
    ) throws {
        func bundle(_ name: String) throws -> ModelBundle {
            let bundle = try search.bundle(name)
            return try audioEncoder.map { try bundle.hearing(with: search.component($0)) } ?? bundle
        }
        if let model = try search.textToImage(nameOrPath, options: options) {
            try self.init(model, sounds: bundle("default"), precision: precision, encoders: encoders)
        } else {
            let bundle = try bundle(nameOrPath)
            if let asked = options.asked { throw ModelError.noTextToImage(model: bundle.name, asked: asked) }
            try self.init(bundle, precision: precision, encoders: encoders)
        }
    }
}
