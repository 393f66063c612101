import FrozenEncoders
import TensorCore

/// A model's folder with its pipeline, whose encoders are to be had by themselves as well.
public struct OpenModel: Sendable {
    public let bundle: ModelBundle
    public let pipeline: Pipeline
    public let encoders: EncoderLoader

    /// Nothing is loaded yet. Throws `ModelError.noBFloat16` when the processor lacks the precision.
    public init(_ bundle: ModelBundle, precision: Precision = .automatic, encoders: EncoderLoader = EncoderLoader())
        throws
    {
        (self.bundle, self.encoders) = (bundle, encoders)
        pipeline = try Pipeline(bundle, precision: precision, encoders: encoders)
    }
}
