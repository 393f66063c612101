import ArgumentParser
import Foundation
import SoundBridge

extension Tiling: ExpressibleByArgument {}

/// Options for a text-to-image model, such as one of Stable Diffusion.
struct CheckpointOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Another autoencoder for a Stable Diffusion model: a folder or file of an AutoencoderKL in either layout, or a \
            TAESD, which decodes about ten times faster. (default: the model's own)
            """, valueName: "folder|file"))
    var vae: String?

    @Option(
        help: ArgumentHelp("A TAESD in place of the model's autoencoder; the same as --vae.", valueName: "folder|file"))
    var taesd: String?

    @Option(
        help: """
            Whether the autoencoder of a Stable Diffusion model takes pictures in tiles, which bounds its memory: auto does \
            from 1024 x 1024 pixels on. (default: auto)
            """)
    var vaeTiling: Tiling?

    @Option(
        help: ArgumentHelp(
            """
            What the network of a Stable Diffusion model predicts: epsilon, v or sample; a single file of Stable Diffusion \
            2.x for 768 pixels does not say that it is v. (default: what the model's files say, else epsilon)
            """, valueName: "epsilon|v|sample"),
        transform: Self.prediction)
    var prediction: DiscreteDiffusion.Prediction?

    @Option(
        help: ArgumentHelp(
            """
            A LoRA to merge into a Stable Diffusion model, with its scale, -10 to 10: a file of kohya's trainers, diffusers \
            or peft; repeated, their changes add up. (default scale: 1)
            """, valueName: "file[:scale]"),
        transform: Self.lora)
    var lora: [LoRA] = []

    @Option(
        help: ArgumentHelp(
            "Trained tokens of a Stable Diffusion model, as train --target tokens writes them, for --sound-as tokens.",
            valueName: "folder"))
    var tokens: String?

    func validate() throws {
        for lora in lora { try checkOption(lora.scale, LoRA.scales, "The scale of --lora") }
        if vae != nil, taesd != nil { throw ValidationError("--vae and --taesd exclude each other.") }
    }

    /// The options over others.
    func options(over others: TextToImageOptions = TextToImageOptions()) -> TextToImageOptions {
        TextToImageOptions(
            autoencoder: (vae ?? taesd).map { URL(filePath: $0) } ?? others.autoencoder,
            tiling: vaeTiling ?? others.tiling, prediction: prediction ?? others.prediction,
            loras: lora.isEmpty ? others.loras : lora, tokens: tokens.map { URL(filePath: $0) } ?? others.tokens)
    }

    /// The last “:” parts file and scale only if a number follows, since paths may hold one.
    @Sendable private static func lora(_ argument: String) throws -> LoRA {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        let scale = parts.count > 1 ? parts.last.flatMap { Float($0) } : nil
        let path = scale == nil ? argument : parts.dropLast().joined(separator: ":")
        guard !path.isEmpty else { throw ValidationError("a file is expected") }
        return LoRA(file: URL(filePath: path), scale: scale ?? 1)
    }

    @Sendable private static func prediction(_ argument: String) throws -> DiscreteDiffusion.Prediction {
        switch argument {
        case "epsilon", "eps": return .epsilon
        case "v", "v_prediction": return .velocity
        case "sample": return .sample
        default: throw ValidationError("epsilon, v or sample is expected")
        }
    }
}
