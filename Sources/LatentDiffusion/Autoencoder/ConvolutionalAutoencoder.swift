import FilesOnDisk
import Foundation
import TensorCore

/// A convolutional network that encodes pictures as small latents and decodes them.
///
/// The twin of `Autoencoder` in `Training/networks.py`, which names every tensor.
public struct ConvolutionalAutoencoder: Autoencoder {
    public let configuration: Configuration
    public var scale: Int { configuration.scale }
    public var latentChannels: Int { configuration.latentChannels }
    private let encoder: ResolutionLevels
    private let decoder: ResolutionLevels

    /// Loads `config.json` and `model.safetensors` from a component's directory.
    ///
    /// - Throws: `FileContentError` or `TensorFileError`; each names the file and what was expected.
    public init(contentsOf directory: URL, precision: Precision) throws {
        let configuration = try Configuration(contentsOf: directory.appending(component: "config.json"))
        self = try WeightReader.read(directory.appending(component: "model.safetensors")) {
            try Self(configuration, $0, precision)
        }
    }

    init(_ configuration: Configuration, _ weights: WeightReader, _ precision: Precision) throws {
        let (pictures, latents) = (configuration.channels, configuration.latentChannels)
        self.configuration = configuration
        encoder = try ResolutionLevels(
            "encoder", inputs: pictures * configuration.encoderPatch * configuration.encoderPatch, outputs: latents,
            widths: configuration.encoderChannels, blocks: configuration.encoderBlocks, .halving,
            configuration, weights, precision)
        decoder = try ResolutionLevels(
            "decoder", inputs: latents, outputs: pictures * configuration.decoderPatch * configuration.decoderPatch,
            widths: configuration.decoderChannels, blocks: configuration.decoderBlocks, .doubling,
            configuration, weights, precision)
    }

    /// `[batch, height, width, channels]` in [-1, 1] → latents `[batch, height / s, width / s, latentChannels]`
    /// of about zero mean and unit variance, where `s` is `configuration.scale`.
    ///
    /// - Throws: `SamplingError.shape` when the channels differ or `s` does not divide height and width.
    public func encode(_ pictures: Tensor) throws -> Tensor {
        let shape = pictures.shape
        let scale = configuration.scale
        guard shape.count == 4, shape[3] == configuration.channels,
            shape[1] >= scale, shape[2] >= scale, shape[1] % scale == 0, shape[2] % scale == 0
        else {
            let side = configuration.sampleSize
            throw SamplingError.shape(
                of: "pictures", found: shape, expected: [shape.first ?? 1, side, side, configuration.channels])
        }
        let latents = encoder(PixelShuffle(side: configuration.encoderPatch).packed(pictures))
        return latents.mappingChannels { (value, channel) in
            (value - configuration.latentMean[channel]) / configuration.latentDeviation[channel]
        }
    }

    /// Latents `[batch, height, width, latentChannels]` → pictures `[batch, height · s, width · s, channels]`,
    /// meant for [-1, 1] but not clamped.
    ///
    /// - Throws: `SamplingError.shape` when the channels differ.
    public func decode(_ latents: Tensor) throws -> Tensor {
        let shape = latents.shape
        guard shape.count == 4, shape[3] == configuration.latentChannels, shape[1] > 0, shape[2] > 0 else {
            let side = configuration.sampleSize / configuration.scale
            throw SamplingError.shape(
                of: "latents", found: shape, expected: [shape.first ?? 1, side, side, configuration.latentChannels])
        }
        let unscaled = latents.mappingChannels { (value, channel) in
            value * configuration.latentDeviation[channel] + configuration.latentMean[channel]
        }
        return PixelShuffle(side: configuration.decoderPatch).unpacked(decoder(unscaled))
    }
}
