/// The networks of a Stable Diffusion model that LoRAs change, by their folders in the layout of diffusers.
enum StableDiffusionPart: String, CaseIterable {
    case unet
    case textEncoder = "text_encoder"
    case textEncoder2 = "text_encoder_2"

    /// The parts of a model of that kind.
    static func parts(isXL: Bool) -> [StableDiffusionPart] {
        isXL ? allCases : [.unet, .textEncoder]
    }
}
