import TensorCore

/// Networks that encode pictures as small latents and decode latents to pictures.
public protocol Autoencoder: Sendable {
    /// Number of pixels per latent along each side.
    var scale: Int { get }

    var latentChannels: Int { get }

    /// Whether decoding takes no longer than a step of a usual denoiser of such latents, so that it can show how far a picture
    /// has come; `LinearDecoder` does so for others.
    var isQuick: Bool { get }

    /// Pictures `[batch, height, width, 3]` in [-1, 1] → latents `[batch, height / scale, width / scale,
    /// latentChannels]` of about zero mean and unit variance. Throws `SamplingError.shape` when the channels differ or
    /// `scale` does not divide height and width.
    func encode(_ pictures: Tensor) throws -> Tensor

    /// Latents `[batch, height, width, latentChannels]` → pictures `[batch, height · scale, width · scale, 3]`, meant
    /// for [-1, 1] but not clamped. Throws `SamplingError.shape` when the channels differ.
    func decode(_ latents: Tensor) throws -> Tensor
}

extension Autoencoder {
    public var isQuick: Bool { true }
}
