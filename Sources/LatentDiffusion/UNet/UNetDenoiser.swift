import TensorCore

/// A U-Net as a denoiser: with its schedule, the number of tokens of a condition and the size of a picture.
public struct UNetDenoiser: Denoiser {
    public let schedule: any NoiseSchedule
    public let conditionShape: ConditionShape
    private let unet: UNet
    /// Pixels per latent along each side.
    private let scale: Int
    private var guidanceScale: Float = 1

    /// - Parameter tokens: Tokens of a condition; 77 for CLIP's.
    public init(_ unet: UNet, schedule: any NoiseSchedule, tokens: Int, scale: Int) {
        (self.unet, self.schedule, self.scale) = (unet, schedule, scale)
        let configuration = unet.configuration
        conditionShape = ConditionShape(
            tokens: tokens, width: configuration.contextWidth, pooledWidth: configuration.addition?.pooledWidth)
    }

    public var latentShape: [Int] {
        [unet.configuration.sampleSize, unet.configuration.sampleSize, unet.configuration.channels]
    }
    public var latentMultiple: Int { 1 }
    public var nullCondition: Condition? { nil }

    public func guided(by scale: Float) -> (any Denoiser)? {
        guard unet.configuration.guidanceEmbedding != nil else { return nil }
        var guided = self
        guided.guidanceScale = scale
        return guided
    }

    public func allows(height: Int, width: Int) -> Bool { height > 0 && width > 0 }

    public func callAsFunction(_ latents: Tensor, timesteps: [Float], conditions: [Condition]) throws -> Tensor {
        let (shape, batch) = (latents.shape, timesteps.count)
        guard shape.count == 4, shape[0] == batch, shape[3] == unet.configuration.channels, shape[1] > 0, shape[2] > 0
        else { throw SamplingError.shape(of: "latents", found: shape, expected: [batch] + latentShape) }
        guard conditions.count == batch else {
            throw SamplingError.shape(of: "conditions", found: [conditions.count], expected: [batch])
        }
        if let unfit = conditions.first(where: { $0.shape != conditionShape }) {
            throw SamplingError.condition(found: unfit.shape, expected: conditionShape)
        }
        let pooled = conditions.compactMap(\.pooled)
        return try unet(
            latents, timesteps: timesteps, tokens: .stacked(conditions.map(\.tokens)),
            pooled: pooled.isEmpty ? nil : .stacked(pooled),
            extras: .init(guidanceScale: guidanceScale, pictureSize: (shape[1] * scale, shape[2] * scale)))
    }
}

extension UNetConfiguration {
    /// Width of the tokens that its attentions take.
    public var contextWidth: Int { levels.last?.contextWidth ?? 0 }
}
