import TensorCore

/// The noise of `torch.randn` with a generator on the CPU, as diffusers and, with its “CPU” source, stable-diffusion-webui
/// draw it: for each item a generator of its own, seeded with the lower 32 bits of its seed, gives the latents
/// `[channels, height, width]` to start from and then the noise of every step.
///
/// The generator is MT19937. For 16 numbers or more PyTorch fills the tensor with uniform numbers of 24 bits and turns
/// each sixteen of them into normals by Box and Muller (1958), the first eight with the last eight; where the last
/// sixteen are not whole, they are drawn anew and overlap those before (`normal_fill` in ATen's
/// `DistributionTemplates.h`). For fewer it draws pairs in double precision.
public struct TorchNoise: NoiseSource {
    public init() {}

    public func noise(seed: UInt64, draw: Int, shape: [Int]) -> Tensor {
        let count = shape.reduce(1, *)
        var generator = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed))
        var values: [Float] = []
        var spare: Double?
        for _ in 0...draw {
            values = count >= 16 ? Self.many(count, &generator) : Self.few(count, &generator, &spare)
        }
        return Self.channelsLast(values, shape)
    }

    private static func many(_ count: Int, _ generator: inout MersenneTwister) -> [Float] {
        func uniform() -> Float { Float(generator.word() & 0xff_ffff) * 0x1p-24 }
        var values = (0..<count).map { _ in uniform() }
        for start in stride(from: 0, through: count - 16, by: 16) { transform(&values, from: start) }
        if count % 16 != 0 {
            for index in count - 16..<count { values[index] = uniform() }
            transform(&values, from: count - 16)
        }
        return values
    }

    private static func transform(_ values: inout [Float], from start: Int) {
        for index in start..<start + 8 {
            let radius = (-2 * PortableMath.log(Double(1 - values[index]))).squareRoot()
            let (sine, cosine) = PortableMath.sineAndCosine(turns: Double(values[index + 8]))
            values[index] = Float(radius * cosine)
            values[index + 8] = Float(radius * sine)
        }
    }

    /// - Parameter spare: The second number of a pair, which the next draw begins with.
    private static func few(_ count: Int, _ generator: inout MersenneTwister, _ spare: inout Double?) -> [Float] {
        func uniform() -> Double {
            let high = UInt64(generator.word())
            return Double((high << 32 | UInt64(generator.word())) & (1 << 53 - 1)) * 0x1p-53
        }
        return (0..<count).map { _ in
            if let value = spare {
                spare = nil
                return Float(value)
            }
            let turns = uniform()
            let radius = (-2 * PortableMath.log(1 - uniform())).squareRoot()
            let (sine, cosine) = PortableMath.sineAndCosine(turns: turns)
            spare = radius * sine
            return Float(radius * cosine)
        }
    }

    /// From `[channels, height, width]` to the layout of latents here; other shapes are kept as they are.
    private static func channelsLast(_ values: [Float], _ shape: [Int]) -> Tensor {
        guard shape.count == 3 else { return Tensor(values, shape: shape) }
        let (channels, pixels) = (shape[2], shape[0] * shape[1])
        return Tensor(shape: shape) { elements in
            for index in 0..<elements.count {
                elements[index] = values[index % channels * pixels + index / channels]
            }
        }
    }
}
