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
    public let family: StableDiffusionFamily
    private let unet: UNetConfiguration
    private let vocabulary: URL
    public let options: TextToImageOptions
    private let loras: LoRAMerge

    /// Opens the file and tells by its tensors what it is; no weights are read. The vocabulary is CLIP's `merges.txt`, which such
    /// files lack. Throws `TensorFileError`; `FileContentError` for a file that holds something else, which it names, and a LoRA
    /// of another model.
    public init(contentsOf file: URL, vocabulary: URL, options: TextToImageOptions = TextToImageOptions()) throws {
        (self.file, self.vocabulary, self.options) = (file, vocabulary, options)
        let source = try TensorFile.open(file), names = source.names
        weights = source
        func has(_ prefix: String) -> Bool { names.contains { $0.hasPrefix(prefix) } }
        // Weights of an unknown type, as those of eight bits, are told by the reader of the file.
        if let strange = names.first(where: { $0.hasPrefix(UNetNames.prefix) && source.layout(of: $0) == nil }) {
            _ = try source.tensor(strange)
        }
        guard has(UNetNames.prefix), !ForeignCheckpoint.isRefiner(names),
            let unet = UNetConfiguration(original: weights)
        else {
            throw FileContentError.unsuitable(
                file: file.path(percentEncoded: false), found: ForeignCheckpoint.kind(of: weights),
                expected: "a checkpoint of Stable Diffusion 1.x, 2.x or XL")
        }
        self.unet = unet
        let family: StableDiffusionFamily
        if has("conditioner.embedders.1.model.") {
            family = .xl
        } else if has("cond_stage_model.model.") {
            family = .two
        } else if has("cond_stage_model.transformer.") {
            family = .one
        } else {
            throw FileContentError.unsuitable(
                file: file.path(percentEncoded: false),
                found: "no text encoder", expected: "the one of Stable Diffusion")
        }
        self.family = family
        defaults = ModelDefaults(sampler: .dpmPlusPlus2M, steps: 25, guidanceScale: 7.5)
        loras = try LoRAMerge(
            options.loras, into: file.lastPathComponent, StableDiffusionPart.parts(isXL: family == .xl), unet
        ) { family.weights(of: $0, in: source, unet) }
    }

    public var name: String { file.deletingPathExtension().lastPathComponent }
    public var files: [URL] { [file] + (options.autoencoder.map { [$0] } ?? []) + options.loras.map(\.file) }
    public var weightFiles: [URL] { [file] }
    public var form: String { "single file" }
    public var conditioning: TextConditioning {
        family == .xl ? TextConditioning(isPooled: true, isEmptyZero: true) : .tokens
    }

    public func textEncoder(_ precision: Precision) throws -> any TextEncoder {
        switch family {
        case .one: try clip(.last, precision)
        case .two: try openCLIP(.textEncoder, .last, precision)
        case .xl:
            JoinedTextEncoder([
                try clip(.penultimate, precision), try openCLIP(.textEncoder2, .penultimate, precision),
            ])
        }
    }

    func merged(_ part: StableDiffusionPart) -> any TensorSource {
        loras.merged(family.weights(of: part, in: weights, unet), part)
    }

    private func clip(_ states: CLIPTextModel.States, _ precision: Precision) throws -> CLIPTextEncoder {
        try encoder(merged(.textEncoder), .quickGELU, .endOfText, states, precision)
    }

    private func openCLIP(
        _ part: StableDiffusionPart, _ states: CLIPTextModel.States, _ precision: Precision
    ) throws -> CLIPTextEncoder {
        try encoder(merged(part), .gelu, .exclamationMark, states, precision)
    }

    private func encoder(
        _ weights: some TensorSource, _ activation: Activation, _ padding: CLIPTokenizer.Padding,
        _ states: CLIPTextModel.States, _ precision: Precision
    ) throws -> CLIPTextEncoder {
        let config = try CLIPTextConfig(shapesOf: weights, activation: activation)
        return try CLIPTextEncoder(
            CLIPTextModel(config, weights, precision: precision),
            CLIPTokenizer(merges: vocabulary, padding: padding, tokenCount: config.tokenCount), states: states,
            tokenizerFile: vocabulary)
    }

    /// The betas of every Stable Diffusion; what is predicted the file does not say.
    public var schedule: any NoiseSchedule {
        DiscreteDiffusion(
            betas: 0.00085...0.012, betaSchedule: .scaledLinear, prediction: options.prediction ?? .epsilon,
            levels: .init(offset: 1))
    }

    public func denoiser(_ precision: Precision) throws -> any Denoiser {
        let network = try UNet(unet, merged(.unet), precision: precision)
        return UNetDenoiser(
            network, schedule: schedule, tokens: DiffusersFolder.tokenCount, scale: DiffusersFolder.scale)
    }

    public func autoencoder(_ precision: Precision) throws -> any Autoencoder {
        try Autoencoders.load(options.autoencoder ?? file, precision: precision, tiling: options.tiling)
    }
}

extension StableDiffusionFamily {
    /// A part's weights in the original layout by the names of diffusers.
    fileprivate func weights(
        of part: StableDiffusionPart, in source: any TensorSource, _ unet: UNetConfiguration
    ) -> MappedTensors {
        switch (part, self) {
        case (.unet, _): UNetNames.original(source, unet)
        case (.textEncoder2, _): CLIPTextNames.openCLIP(source, prefix: "conditioner.embedders.1.model.")
        case (.textEncoder, .one): CLIPTextNames.transformers(source, prefix: "cond_stage_model.transformer.")
        case (.textEncoder, .two):
            CLIPTextNames.openCLIP(source, prefix: "cond_stage_model.model.", penultimateOnly: true)
        case (.textEncoder, .xl): CLIPTextNames.transformers(source, prefix: "conditioner.embedders.0.transformer.")
        }
    }
}
