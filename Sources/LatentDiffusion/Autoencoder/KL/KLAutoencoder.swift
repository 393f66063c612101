import FilesOnDisk
import Foundation
import TensorCore

/// The autoencoder of Stable Diffusion 1.x, 2.x and SDXL: diffusers' `AutoencoderKL` (Rombach et al., arXiv 2112.10752).
public struct KLAutoencoder: Autoencoder {
    public let configuration: Configuration
    public let tiling: Tiling
    public var scale: Int { configuration.scale }
    public var latentChannels: Int { configuration.latentChannels }
    public var isQuick: Bool { false }
    /// Side of a tile, in latents.
    let tileSide: Int
    private let encoder: KLEncoder
    private let decoder: KLDecoder

    /// Reads `config.json` and the weights in `folder`, of any name and format that diffusers reads. Throws
    /// `FileContentError` or `TensorFileError`, naming the file, where they are unfit.
    public init(contentsOf folder: URL, precision: Precision, tiling: Tiling = .auto) throws {
        let configuration = try KLAutoencoderConfigurationFile(
            contentsOf: folder.appending(path: "config.json")
        ).configuration
        let weights = try TensorFile.open(
            TensorFile.weights(in: folder, stems: ["diffusion_pytorch_model", "model"]))
        try self.init(configuration, KLAutoencoderNames.diffusers(weights), precision: precision, tiling: tiling)
    }

    /// The autoencoder whose configuration the shapes of the weights imply, as a checkpoint of one file holds it.
    ///
    /// - Parameters:
    ///   - weights: The weights in either layout (`KLAutoencoderNames`), without a prefix, and nothing else.
    ///   - scalingFactor: SDXL's is 0.13025; the weights do not say it.
    /// - Throws: `FileContentError` or `TensorFileError`.
    package init(
        weights: any TensorSource, scalingFactor: Float = Configuration.usualScalingFactor, precision: Precision,
        tiling: Tiling = .auto
    ) throws {
        let weights = KLAutoencoderNames.diffusers(weights)
        let configuration = try Configuration(shapesOf: weights, scalingFactor: scalingFactor)
        try self.init(configuration, weights, precision: precision, tiling: tiling)
    }

    /// - Parameter weights: The weights and nothing else, by the names of `KLAutoencoderNames`.
    /// - Throws: `FileContentError` or `TensorFileError`.
    init(
        _ configuration: Configuration, _ weights: some TensorSource, precision: Precision, tiling: Tiling,
        tileSide: Int = Tiles.usualSide
    ) throws {
        (self.configuration, self.tiling, self.tileSide) = (configuration, tiling, tileSide)
        (encoder, decoder) = try WeightReader.read(weights) {
            let layers = KLLayers(configuration: configuration, weights: $0, precision: precision)
            return (try KLEncoder(layers), try KLDecoder(layers))
        }
    }

    /// Returns the mean of the latents' distribution, normalised.
    public func encode(_ pictures: Tensor) throws -> Tensor {
        try requirePictures(pictures, channels: configuration.channels)
        let encoded = try tiling.encode(pictures, scale: scale, side: tileSide, encoder.callAsFunction)
        return encoded.mappingChannels { value, channel in
            (value - configuration.mean[channel]) * configuration.factor[channel]
        }
    }

    public func decode(_ latents: Tensor) throws -> Tensor {
        try requireLatents(latents)
        let encoded = latents.mappingChannels { value, channel in
            value / configuration.factor[channel] + configuration.mean[channel]
        }
        return try tiling.decode(encoded, scale: scale, side: tileSide, decoder.callAsFunction)
    }
}
