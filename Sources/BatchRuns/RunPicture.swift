/// One picture to make.
public struct RunPicture: Sendable, Hashable {
    /// With this as the seed of a single input, the same picture is made again.
    public let seed: UInt64
    public let destination: RunDestination
}
