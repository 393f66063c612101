/// A picture or a clip with what people said of it.
public struct CaptionedMedium: Sendable, Equatable {
    /// Where it may lie below the media folder, the likeliest place first.
    public let paths: [String]
    /// At least one.
    public let captions: [String]
    /// Media of one group are resampled together; by default each is its own.
    public let group: String
}
