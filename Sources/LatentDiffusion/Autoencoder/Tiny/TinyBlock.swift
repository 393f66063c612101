import TensorCore

/// `relu(x + three convolutions of x)`; with a pool, x first gains a normalised part of its own pixels' channels.
struct TinyBlock: Sendable {
    private struct Pool {
        let widening: Convolution2D
        let norm: GroupNorm
        let narrowing: Convolution2D
    }

    private let convolutions: [Convolution2D]
    private let pool: Pool?

    init(_ name: String, _ width: Int, isPooled: Bool, _ weights: WeightReader, _ precision: Precision) throws {
        convolutions = try [Activation.relu, .relu, .none].enumerated().map { index, activation in
            try weights.convolution("\(name).conv.\(2 * index)", width, width, activation: activation, precision)
        }
        guard isPooled else {
            pool = nil
            return
        }
        let (wide, groups) = (4 * width, 4)
        pool = Pool(
            widening: try weights.convolution(name + ".pool.0", width, wide, kernel: 1, hasBias: false, precision),
            norm: try weights.groupNorm(name + ".pool.1", wide, groups: groups, epsilon: 1e-5, activation: .none),
            narrowing: try weights.convolution(name + ".pool.3", wide, width, kernel: 1, hasBias: false, precision))
    }

    /// `[batch, height, width, channels]` → the same shape.
    func callAsFunction(_ x: Tensor) -> Tensor {
        var x = x
        if let pool { x = x + pool.narrowing(pool.norm(pool.widening(x)).applying(.relu)) }
        return convolutions.reduce(x) { $1($0) }.addingReLU(x)
    }
}
