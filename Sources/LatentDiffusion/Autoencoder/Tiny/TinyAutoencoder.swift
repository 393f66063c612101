import FilesOnDisk
import Foundation
import TensorCore

/// A small autoencoder with the latents of a large one, some ten times as fast: TAESD and its kin (Ollin Boer Bohan,
/// github.com/madebyollin/taesd; diffusers' `AutoencoderTiny`).
public struct TinyAutoencoder: Autoencoder {
    public let configuration: Configuration
    public let tiling: Tiling
    public var scale: Int { configuration.scale }
    public var latentChannels: Int { configuration.latentChannels }
    /// Name in errors.
    private let path: String
    private let encoder: TinyEncoder?
    private let decoder: TinyDecoder

    /// Reads `config.json` and the weights in `folder`, of any name and format that diffusers reads. Throws
    /// `FileContentError` or `TensorFileError`, naming the file, where they are unfit.
    public init(contentsOf folder: URL, precision: Precision, tiling: Tiling = .auto) throws {
        let configuration = try TinyAutoencoderConfigurationFile(
            contentsOf: folder.appending(path: "config.json")
        ).configuration
        let weights = try TensorFile.open(
            TensorFile.weights(in: folder, stems: ["diffusion_pytorch_model", "model"]))
        try self.init(
            configuration, TinyAutoencoderNames.diffusers(weights, part: .whole), precision: precision, tiling: tiling)
    }

    /// - Parameter weights: The weights and nothing else, by the names of `TinyAutoencoderNames`; of the decoder alone, or
    ///   of both halves.
    /// - Throws: `FileContentError` or `TensorFileError`.
    init(weights: some TensorSource, precision: Precision, tiling: Tiling) throws {
        try self.init(Configuration(shapesOf: weights), weights, precision: precision, tiling: tiling)
    }

    init(
        _ configuration: Configuration, _ weights: some TensorSource, precision: Precision, tiling: Tiling
    ) throws {
        (self.configuration, self.tiling, path) = (configuration, tiling, weights.path)
        let (pictures, latents) = (configuration.channels, configuration.latentChannels)
        (encoder, decoder) = try WeightReader.read(weights) { weights in
            let encoder = try configuration.encoder.map {
                try TinyEncoder($0, inputs: pictures, outputs: latents, weights, precision)
            }
            return (
                encoder, try TinyDecoder(configuration.decoder, inputs: latents, outputs: pictures, weights, precision)
            )
        }
    }

    /// Throws `SamplingError.shape`; `AutoencoderError.noEncoder` for a decoder alone.
    public func encode(_ pictures: Tensor) throws -> Tensor {
        guard let encoder else { throw AutoencoderError.noEncoder(path: path) }
        try requirePictures(pictures, channels: configuration.channels)
        let encoded = tiling.encode(pictures.scaled(by: 0.5, plus: 0.5), scale: scale, encoder.callAsFunction)
        return encoded.scaled(by: configuration.factor, plus: -configuration.shift * configuration.factor)
    }

    public func decode(_ latents: Tensor) throws -> Tensor {
        try requireLatents(latents)
        let clamped = latents.mappingChannels { value, _ in
            3 * tanh((value / configuration.factor + configuration.shift) / 3)
        }
        return tiling.decode(clamped, scale: scale, decoder.callAsFunction).scaled(by: 2, plus: -1)
    }
}
