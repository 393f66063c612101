import TensorCore

/// Where the noise of a run comes from. An item's noise depends on its seed alone, not on its batch.
public protocol NoiseSource: Sendable {
    /// Unit Gaussian noise of one item.
    ///
    /// - Parameters:
    ///   - draw: 0 for the noise that a run starts from, the number of the step from 1 for what a step adds.
    ///   - shape: `[height, width, channels]`.
    func noise(seed: UInt64, draw: Int, shape: [Int]) -> Tensor
}

/// The noise of `NoiseGenerator`: a draw is a stream of its own.
public struct PhiloxNoise: NoiseSource {
    public init() {}

    public func noise(seed: UInt64, draw: Int, shape: [Int]) -> Tensor {
        NoiseGenerator(seed: seed, stream: UInt32(draw)).noise(shape: shape)
    }
}
