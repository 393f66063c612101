import FilesOnDisk
import Foundation
import TensorCore

/// Opens an autoencoder of whatever kind.
public enum Autoencoders {
    /// Reads a folder with a `config.json` (diffusers' `AutoencoderKL` and `AutoencoderTiny`, and this project's own), a
    /// folder with the two files of a TAESD, or one file: an `AutoencoderKL` in diffusers' or the original layout, also
    /// within a whole checkpoint, or a TAESD, whose other half is looked for beside it.
    ///
    /// Throws `AutoencoderError.unknown` for anything else, `FileContentError` and `TensorFileError` for what is unfit, each
    /// naming the file.
    ///
    /// - Parameters:
    ///   - scalingFactor: Of an `AutoencoderKL` in one file, which does not say it; nil for 0.13025 within a checkpoint of
    ///     SDXL and 0.18215 otherwise.
    public static func load(
        _ url: URL, precision: Precision, tiling: Tiling = .auto, scalingFactor: Float? = nil
    ) throws -> any Autoencoder {
        var isFolder: ObjCBool = false
        let path = url.path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FileContentError.unreadable(file: path, reason: "no such file")
        }
        guard isFolder.boolValue else { return try load(file: url, precision, tiling, scalingFactor) }
        let config = url.appending(path: "config.json")
        guard FileManager.default.fileExists(atPath: config.path(percentEncoded: false)) else {
            return try load(file: TinyAutoencoderFiles.decoder(in: url), precision, tiling, scalingFactor)
        }
        switch try Kind(contentsOf: config).name {
        case KLAutoencoderConfigurationFile.className:
            return try KLAutoencoder(contentsOf: url, precision: precision, tiling: tiling)
        case TinyAutoencoderConfigurationFile.className:
            return try TinyAutoencoder(contentsOf: url, precision: precision, tiling: tiling)
        case ConvolutionalAutoencoder.Configuration.architectureName:
            return try ConvolutionalAutoencoder(contentsOf: url, precision: precision)
        case let name?:
            throw AutoencoderError.unknown(path: path, reason: "its config.json describes “\(name.onOneLine)”")
        case nil:
            throw AutoencoderError.unknown(path: path, reason: "its config.json has no _class_name")
        }
    }

    private static func load(
        file: URL, _ precision: Precision, _ tiling: Tiling, _ scalingFactor: Float?
    ) throws -> any Autoencoder {
        let weights = try TensorFile.open(file)
        if let part = TinyAutoencoderNames.part(of: weights) {
            let weights = try TinyAutoencoderFiles.completed(weights, part, file)
            return try TinyAutoencoder(weights: weights, precision: precision, tiling: tiling)
        }
        let names = weights.names
        let prefix = ["first_stage_model.", "vae.", ""].first { prefix in
            names.contains("\(prefix)decoder.conv_in.weight")
        }
        guard let prefix else {
            throw AutoencoderError.unknown(path: weights.path, reason: "it holds \(contents(of: names))")
        }
        let isSDXL = names.contains { $0.hasPrefix("conditioner.embedders.") }
        return try KLAutoencoder(
            weights: MappedTensors(weights) { name, _ in
                name.hasPrefix(prefix) ? [(String(name.dropFirst(prefix.count)), .init(name))] : []
            },
            scalingFactor: scalingFactor ?? (isSDXL ? 0.13025 : KLAutoencoder.Configuration.usualScalingFactor),
            precision: precision, tiling: tiling)
    }

    /// What a file that is no autoencoder looks like.
    private static func contents(of names: [String]) -> String {
        let signs = [
            ("lora_", "a LoRA"), ("lora_A.", "a LoRA"), ("diffusion_model.", "a U-Net"),
            ("down_blocks.0.attentions.0.transformer_blocks", "a U-Net"), ("text_model.", "a text encoder"),
            ("encoder.down_blocks", "an encoder without its decoder"),
            ("encoder.down.", "an encoder without its decoder"),
        ]
        if let sign = signs.first(where: { sign in names.contains { $0.contains(sign.0) } }) { return sign.1 }
        return names.min().map { "tensors such as “\($0.onOneLine)”" } ?? "no tensors"
    }

    /// The field by which a `config.json` says what it describes.
    private struct Kind: CheckedJSON {
        let className: String?
        let architecture: String?

        private enum CodingKeys: String, CodingKey {
            case architecture
            case className = "_class_name"
        }

        var name: String? { className ?? architecture }

        func validate(_ check: FieldCheck) throws {}
    }
}
