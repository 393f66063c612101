import FrozenEncoders
import TensorCore

/// A model's folder with its pipeline and its encoders, which can also be used by themselves.
public struct OpenModel: Sendable {
    public let bundle: ModelBundle
    public let pipeline: Pipeline
    public let encoders: EncoderLoader
    public let guide: ModelGuide

    /// Opens a model without loading anything. Throws `ModelError.noBFloat16` when the processor lacks the precision.
    public init(_ bundle: ModelBundle, precision: Precision = .automatic, encoders: EncoderLoader = EncoderLoader())
        throws
    {
        (self.bundle, self.encoders) = (bundle, encoders)
        pipeline = try Pipeline(bundle, precision: precision, encoders: encoders)
        guide = ModelGuide(bundle, conditioner: pipeline.parts.conditioner)
    }
}
