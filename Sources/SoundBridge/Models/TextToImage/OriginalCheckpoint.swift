import FilesOnDisk
import Foundation
import FrozenEncoders
import LatentDiffusion
import TensorCore

/// A Stable Diffusion model in one file, in the layout of its original repository: SD 1.x, 2.x or XL, safetensors or PyTorch.
public struct OriginalCheckpoint: TextToImageModel {
    public let file: URL
    public let defaults: ModelDefaults
    private let weights: any TensorSource
    private let family: Family
    private let unet: UNetConfiguration
    private let vocabulary: URL
    private let options: TextToImageOptions

    private enum Family {
        case sd1, sd2, xl
    }

    /// Opens the file and tells by its tensors what it is; no weights are read.
    ///
    /// - Parameter vocabulary: CLIP's `merges.txt`, which such files lack.
    /// - Throws: `TensorFileError`; `FileContentError` for a file that holds something else, which it names.
    public init(contentsOf file: URL, vocabulary: URL, options: TextToImageOptions = TextToImageOptions()) throws {
        (self.file, self.vocabulary, self.options) = (file, vocabulary, options)
        weights = try TensorFile.open(file)
        let names = weights.names
        func has(_ prefix: String) -> Bool { names.contains { $0.hasPrefix(prefix) } }
        guard has(UNetNames.prefix), let unet = UNetConfiguration(original: weights) else {
            throw FileContentError.unsuitable(
                file: file.path(percentEncoded: false), found: Self.contents(of: weights),
                expected: "a checkpoint of Stable Diffusion 1.x, 2.x or XL")
        }
        self.unet = unet
        if has("conditioner.embedders.1.model.") {
            family = .xl
        } else if has("cond_stage_model.model.") {
            family = .sd2
        } else if has("cond_stage_model.transformer.") {
            family = .sd1
        } else {
            throw FileContentError.unsuitable(
                file: file.path(percentEncoded: false), found: "no text encoder",
                expected: "the one of Stable Diffusion")
        }
        defaults = ModelDefaults(sampler: .dpmPlusPlus2M, steps: 25, guidanceScale: 7.5)
    }

    public var name: String { file.deletingPathExtension().lastPathComponent }
    public var files: [URL] { [file] + (options.autoencoder.map { [$0] } ?? []) }
    public var conditioning: TextConditioning {
        family == .xl ? TextConditioning(isPooled: true, isEmptyZero: true) : .tokens
    }

    public func textEncoder(_ precision: Precision) throws -> any TextEncoder {
        switch family {
        case .sd1: try clip("cond_stage_model.transformer.", .last, precision)
        case .sd2: try openCLIP("cond_stage_model.model.", .last, penultimateOnly: true, precision)
        case .xl:
            JoinedTextEncoder([
                try clip("conditioner.embedders.0.transformer.", .penultimate, precision),
                try openCLIP("conditioner.embedders.1.model.", .penultimate, penultimateOnly: false, precision),
            ])
        }
    }

    private func clip(
        _ prefix: String, _ states: CLIPTextModel.States, _ precision: Precision
    ) throws -> CLIPTextEncoder {
        try encoder(
            CLIPTextNames.transformers(weights, prefix: prefix), .quickGELU, .endOfText, states, precision)
    }

    private func openCLIP(
        _ prefix: String, _ states: CLIPTextModel.States, penultimateOnly: Bool, _ precision: Precision
    ) throws -> CLIPTextEncoder {
        try encoder(
            CLIPTextNames.openCLIP(weights, prefix: prefix, penultimateOnly: penultimateOnly), .gelu,
            .exclamationMark, states, precision)
    }

    private func encoder(
        _ weights: MappedTensors, _ activation: Activation, _ padding: CLIPTokenizer.Padding,
        _ states: CLIPTextModel.States, _ precision: Precision
    ) throws -> CLIPTextEncoder {
        let config = try CLIPTextConfig(shapesOf: weights, activation: activation)
        return try CLIPTextEncoder(
            CLIPTextModel(config, weights, precision: precision),
            CLIPTokenizer(merges: vocabulary, padding: padding, tokenCount: config.tokenCount), states: states,
            tokenizerFile: vocabulary)
    }

    public func denoiser(_ precision: Precision) throws -> any Denoiser {
        let network = try UNet(unet, UNetNames.original(weights, unet), precision: precision)
        // The betas of every Stable Diffusion; what is predicted the file does not say.
        let schedule = DiscreteDiffusion(
            betas: 0.00085...0.012, betaSchedule: .scaledLinear, prediction: options.prediction ?? .epsilon,
            levels: .init(offset: 1))
        return UNetDenoiser(
            network, schedule: schedule, tokens: DiffusersFolder.tokenCount, scale: DiffusersFolder.scale)
    }

    public func autoencoder(_ precision: Precision) throws -> any Autoencoder {
        try Autoencoders.load(options.autoencoder ?? file, precision: precision, tiling: options.tiling)
    }

    /// What a file that is no such checkpoint looks like.
    private static func contents(of weights: any TensorSource) -> String {
        let names = weights.names
        if let shape = weights.layout(of: UNetNames.prefix + "input_blocks.0.0.weight")?.shape, shape.count == 4 {
            return shape[1] == 4
                ? "a U-Net of another kind"
                : "a U-Net that takes \(shape[1]) channels rather than the 4 of the latents (for inpainting or editing)"
        }
        let signs = [
            ("double_blocks.", "Flux"), ("joint_blocks.", "Stable Diffusion 3"), ("hada_w1", "a LyCORIS"),
            ("lokr_", "a LyCORIS"), ("lora_", "a LoRA"),
            ("lora_A.", "a LoRA"), ("control_model.", "a ControlNet"),
            ("down_blocks.", "a single part of a model"), ("decoder.", "an autoencoder"),
            ("encoder.", "an autoencoder"),
            ("text_model.", "a text encoder"),
        ]
        if let sign = signs.first(where: { sign in names.contains { $0.contains(sign.0) } }) { return sign.1 }
        return names.min().map { "tensors such as “\($0.onOneLine)”" } ?? "no tensors"
    }
}
