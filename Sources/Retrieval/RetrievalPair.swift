/// A row of x and a row of y that belong together.
public struct RetrievalPair: Sendable, Hashable {
    public let x: Int
    public let y: Int
    /// The image, clip or recording that they come from, from 0: resampled as one.
    public let group: Int

    public init(x: Int, y: Int, group: Int) {
        (self.x, self.y, self.group) = (x, y, group)
    }
}
