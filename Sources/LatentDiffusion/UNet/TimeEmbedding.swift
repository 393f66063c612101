import TensorCore

/// The timestep, and what else a network takes as one vector an item, embedded.
struct TimeEmbedding: Sendable {
    private let sinusoids: TimestepSinusoids
    private let first, second: Linear
    private let guidance: Guidance?
    private let addition: Addition?

    init(_ configuration: UNetConfiguration, _ weights: WeightReader, _ precision: Precision) throws {
        let (width, embedded) = (configuration.levels[0].channels, configuration.timeEmbedding)
        sinusoids = TimestepSinusoids(
            size: width, shift: configuration.frequencyShift, beginsWithCosines: configuration.flipsSineToCosine)
        first = try weights.linear("time_embedding.linear_1", width, embedded, activation: .silu, precision)
        second = try weights.linear("time_embedding.linear_2", embedded, embedded, precision)
        guidance = try configuration.guidanceEmbedding.map { try Guidance($0, width, weights, precision) }
        addition = try configuration.addition.map { try Addition($0, configuration, weights, precision) }
    }

    /// `[timesteps.count, timeEmbedding]`.
    func callAsFunction(_ timesteps: [Float], pooled: Tensor?, _ extras: UNet.Extras) -> Tensor {
        var times = sinusoids(timesteps)
        if let guidance { times = times + guidance(extras.guidanceScale, count: timesteps.count) }
        let embedded = second(first(times))
        guard let addition, let pooled else { return embedded }
        return embedded + addition(pooled, extras.pictureSize)
    }

    /// The guidance scale that a network was distilled with (Meng et al., arXiv 2210.03142; `get_guidance_scale_embedding` of
    /// diffusers' latent consistency pipeline).
    private struct Guidance: Sendable {
        private let sinusoids: TimestepSinusoids
        private let projection: Linear

        init(_ size: Int, _ width: Int, _ weights: WeightReader, _ precision: Precision) throws {
            sinusoids = TimestepSinusoids(size: size, shift: 1, beginsWithCosines: false)
            projection = try weights.linear("time_embedding.cond_proj", size, width, hasBias: false, precision)
        }

        func callAsFunction(_ scale: Float, count: Int) -> Tensor {
            projection(sinusoids(Array(repeating: (scale - 1) * 1000, count: count)))
        }
    }

    /// The pooled text, and the size that a picture was drawn for, had before it was cropped, and was cropped at: always the
    /// whole of it here (Podell et al., arXiv 2307.01952, section 2.2).
    private struct Addition: Sendable {
        private let sinusoids: TimestepSinusoids
        private let first, second: Linear

        init(
            _ addition: UNetConfiguration.Addition, _ configuration: UNetConfiguration, _ weights: WeightReader,
            _ precision: Precision
        ) throws {
            let embedded = configuration.timeEmbedding
            sinusoids = TimestepSinusoids(
                size: addition.sizeEmbedding, shift: configuration.frequencyShift,
                beginsWithCosines: configuration.flipsSineToCosine)
            first = try weights.linear(
                "add_embedding.linear_1", addition.pooledWidth + 6 * addition.sizeEmbedding, embedded,
                activation: .silu, precision)
            second = try weights.linear("add_embedding.linear_2", embedded, embedded, precision)
        }

        func callAsFunction(_ pooled: Tensor, _ size: (height: Int, width: Int)) -> Tensor {
            let sides = [size.height, size.width].map(Float.init)
            let sizes = sinusoids(sides + [0, 0] + sides)
            let each = sizes.reshaped([1, sizes.count])
            return second(
                first(.besideEachOther(pooled, .concatenated(Array(repeating: each, count: pooled.shape[0])))))
        }
    }
}
