import TensorCore

/// Whether an autoencoder takes large pictures in overlapping tiles, so that its memory does not grow with them.
public enum Tiling: String, Sendable, Codable, CaseIterable {
    /// From 1024 × 1024 pixels on.
    case auto
    /// For everything larger than a tile of 64 × 64 latents.
    case on
    case off

    private static let automaticPixels = 1024 * 1024

    /// Applies `decoder` to latents `[batch, height, width, channels]`, one after the other.
    ///
    /// - Parameter side: Of a tile, in latents; a multiple of 4.
    func decode(
        _ latents: Tensor, scale: Int, side: Int = Tiles.usualSide, _ decoder: (Tensor) throws -> Tensor
    ) rethrows -> Tensor {
        let applies = applies(height: latents.shape[1] * scale, width: latents.shape[2] * scale, side: side * scale)
        return try map(latents, applies ? .decoding(side: side, scale: scale) : nil, decoder)
    }

    /// Applies `encoder` to pictures `[batch, height, width, channels]`, one after the other.
    func encode(
        _ pictures: Tensor, scale: Int, side: Int = Tiles.usualSide, _ encoder: (Tensor) throws -> Tensor
    ) rethrows -> Tensor {
        let applies = applies(height: pictures.shape[1], width: pictures.shape[2], side: side * scale)
        return try map(pictures, applies ? .encoding(side: side, scale: scale) : nil, encoder)
    }

    private func map(_ batch: Tensor, _ tiles: Tiles?, _ network: (Tensor) throws -> Tensor) rethrows -> Tensor {
        .stacked(
            try (0..<batch.shape[0]).map { index in
                try recyclingMemory {
                    try tiles?.map(batch.item(index), network) ?? network(batch.items(index..<index + 1)).item(0)
                }
            })
    }

    /// Whether pictures of `height` by `width` pixels are taken in tiles of `side` pixels.
    private func applies(height: Int, width: Int, side: Int) -> Bool {
        guard max(height, width) > side else { return false }
        return switch self {
        case .auto: height * width >= Self.automaticPixels
        case .on: true
        case .off: false
        }
    }
}
