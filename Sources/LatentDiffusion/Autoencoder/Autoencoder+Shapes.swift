import TensorCore

extension Autoencoder {
    /// Throws `SamplingError.shape` unless these are pictures that can be encoded.
    func requirePictures(_ pictures: Tensor, channels: Int) throws {
        let shape = pictures.shape
        func fits(_ length: Int) -> Bool { length >= scale && length % scale == 0 }
        guard shape.count == 4, shape[0] > 0, shape[3] == channels, fits(shape[1]), fits(shape[2]) else {
            let sides = (1...2).map { max(1, (shape.count == 4 ? shape[$0] : 64 * scale) / scale) * scale }
            throw SamplingError.shape(
                of: "pictures", found: shape, expected: [max(1, shape.first ?? 1)] + sides + [channels])
        }
    }

    /// Throws `SamplingError.shape` unless these are latents that can be decoded.
    func requireLatents(_ latents: Tensor) throws {
        let shape = latents.shape
        guard shape.count == 4, shape[3] == latentChannels, shape.allSatisfy({ $0 > 0 }) else {
            let sides = (1...2).map { max(1, shape.count == 4 ? shape[$0] : 64) }
            throw SamplingError.shape(
                of: "latents", found: shape, expected: [max(1, shape.first ?? 1)] + sides + [latentChannels])
        }
    }
}
