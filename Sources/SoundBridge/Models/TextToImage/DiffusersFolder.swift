import FilesOnDisk
import Foundation
import FrozenEncoders
import LatentDiffusion
import TensorCore

/// A Stable Diffusion model in the layout of diffusers: `model_index.json` and a folder a part.
public struct DiffusersFolder: TextToImageModel {
    public let folder: URL
    public let defaults: ModelDefaults
    public let options: TextToImageOptions
    private let index: Index
    private let noise: NoiseScheduleConfiguration
    private let unet: UNetConfiguration
    private let loras: LoRAMerge

    static let indexName = "model_index.json"

    /// Tokens of a prompt as CLIP reads it.
    static let tokenCount = 77
    /// Pixels per latent along each side.
    static let scale = 8

    /// Reads the index and the scheduler's settings; no weights. Throws `FileContentError`, naming the file, for a pipeline of
    /// another kind and a LoRA of another model; `TensorFileError`.
    public init(contentsOf folder: URL, options: TextToImageOptions = TextToImageOptions()) throws {
        (self.folder, self.options) = (folder, options)
        index = try Index(contentsOf: folder.appending(path: Self.indexName))
        noise = try NoiseScheduleConfiguration(
            schedulerFile: folder.appending(path: "scheduler/scheduler_config.json"))
        unet = try UNetConfiguration(contentsOf: folder.appending(path: "unet/config.json"))
        defaults = .suited(to: noise, embedsGuidance: unet.guidanceEmbedding != nil)
        loras = try LoRAMerge(
            options.loras, into: folder.standardizedFileURL.lastPathComponent,
            StableDiffusionPart.parts(isXL: index.isXL), unet
        ) { try Self.weights(of: $0, in: folder) }
    }

    private static func weights(of part: StableDiffusionPart, in folder: URL) throws -> any TensorSource {
        let folder = folder.appending(path: part.rawValue)
        return part == .unet ? try UNet.weights(in: folder) : try CLIPTextModel.weights(in: folder)
    }

    func merged(_ part: StableDiffusionPart) throws -> any TensorSource {
        loras.merged(try Self.weights(of: part, in: folder), part)
    }

    public var name: String { folder.standardizedFileURL.lastPathComponent }

    public var form: String { "folder of diffusers" }
    public var family: StableDiffusionFamily { index.isXL ? .xl : unet.contextWidth == 1024 ? .two : .one }

    public var conditioning: TextConditioning {
        index.isXL ? TextConditioning(isPooled: true, isEmptyZero: index.forcesZeros ?? true) : .tokens
    }

    public var files: [URL] {
        get throws {
            let parts = StableDiffusionPart.parts(isXL: index.isXL).map { folder.appending(path: $0.rawValue) }
            let others = [options.autoencoder ?? folder.appending(path: "vae")] + options.loras.map(\.file)
            return try (parts + others).flatMap { part in
                guard FolderListing.isFolder(part.path(percentEncoded: false)) else { return [part] }
                let stems = ["diffusion_pytorch_model", "model", "pytorch_model"]
                return try ([part.appending(path: "config.json")] + TensorFile.files(in: part, stems: stems)).filter {
                    FileManager.default.fileExists(atPath: $0.path(percentEncoded: false))
                }
            }
        }
    }

    public var weightFiles: [URL] {
        get throws {
            try TensorFile.files(
                in: folder.appending(path: StableDiffusionPart.unet.rawValue), stems: ["diffusion_pytorch_model"])
        }
    }

    public func textEncoder(_ precision: Precision) throws -> any TextEncoder {
        func encoder(_ part: StableDiffusionPart, _ states: CLIPTextModel.States) throws -> CLIPTextEncoder {
            try CLIPTextEncoder(
                contentsOf: folder.appending(path: part.rawValue), weights: merged(part), states: states,
                precision: precision)
        }
        guard index.isXL else { return try encoder(.textEncoder, .last) }
        return JoinedTextEncoder(try [.textEncoder, .textEncoder2].map { try encoder($0, .penultimate) })
    }

    public var schedule: any NoiseSchedule {
        guard var diffusion = noise.schedule as? DiscreteDiffusion else { return noise.schedule }
        // diffusers' StableDiffusionPipeline sets the offset to 1, whatever the file says.
        if !index.isXL, index.className == .stableDiffusion { diffusion.levels.offset = 1 }
        if let prediction = options.prediction { diffusion.prediction = prediction }
        return diffusion
    }

    public func denoiser(_ precision: Precision) throws -> any Denoiser {
        let network = try UNet(unet, merged(.unet), precision: precision)
        return UNetDenoiser(network, schedule: schedule, tokens: Self.tokenCount, scale: Self.scale)
    }

    public func autoencoder(_ precision: Precision) throws -> any Autoencoder {
        try Autoencoders.load(
            options.autoencoder ?? folder.appending(path: "vae"), precision: precision, tiling: options.tiling)
    }

    /// The fields of `model_index.json`.
    private struct Index: CheckedJSON {
        enum ClassName: String, CaseIterable {
            case stableDiffusion = "StableDiffusionPipeline"
            case stableDiffusionXL = "StableDiffusionXLPipeline"
            case latentConsistency = "LatentConsistencyModelPipeline"
        }

        private let named: String
        let forcesZeros: Bool?

        private enum CodingKeys: String, CodingKey {
            case named = "_class_name"
            case forcesZeros = "force_zeros_for_empty_prompt"
        }

        var className: ClassName { ClassName(rawValue: named) ?? .stableDiffusion }
        var isXL: Bool { className == .stableDiffusionXL }

        func validate(_ check: FieldCheck) throws {
            try check.require(
                ClassName(rawValue: named) != nil, "_class_name",
                "\(ClassName.allCases.map(\.rawValue).joined(separator: ", ")), not “\(named.onOneLine)”")
        }
    }
}

extension ModelDefaults {
    /// Settings that suit a Stable Diffusion model: one step without guidance for those distilled to it, which the schedule's
    /// trailing steps tell (SD-Turbo, SDXL-Turbo); four for latent consistency models, guided by the scale that their network
    /// takes or hardly at all; else those of diffusers' pipeline in half as many steps, with a sampler that makes up for it.
    static func suited(to noise: NoiseScheduleConfiguration, embedsGuidance: Bool) -> ModelDefaults {
        let sampler = noise.sampler ?? .dpmPlusPlus2M
        if noise.className == .lcm {
            return ModelDefaults(sampler: .lcm, steps: 4, guidanceScale: embedsGuidance ? 8 : 1.5)
        }
        if noise.isTrailing, [.euler, .eulerAncestral].contains(noise.className) {
            return ModelDefaults(sampler: sampler, steps: 1, guidanceScale: 1)
        }
        return ModelDefaults(sampler: sampler, steps: 25, guidanceScale: 7.5)
    }
}
