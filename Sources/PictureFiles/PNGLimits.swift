/// How much a PNG that is read may ask for. Each bound is checked before memory is taken for it.
public struct PNGLimits: Sendable, Hashable {
    /// Bytes of the file.
    public var fileBytes = 256 << 20
    /// Columns, and rows.
    public var side = 32_768
    /// Columns times rows; decoding takes three bytes for each.
    public var pixels = 1 << 26
    /// Bytes of all keywords and texts together, decompressed.
    public var textBytes = 4 << 20
    /// Text chunks.
    public var textChunks = 1000

    public init() {}
}
