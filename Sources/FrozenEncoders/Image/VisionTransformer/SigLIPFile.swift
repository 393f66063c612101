import FilesOnDisk

/// The `config.json` of a SigLIP, or of its vision tower alone, in the layout of transformers.
struct SigLIPFile: CheckedJSON {
    private let modelType: String
    private let vision: ConfiguredVision
    private let pools: Bool

    private enum CodingKeys: String, CodingKey {
        case modelType = "model_type"
        case vision = "vision_config"
    }

    private enum VisionKeys: String, CodingKey {
        case pools = "vision_use_head"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        modelType = try fields.decode(String.self, forKey: .modelType)
        let section = modelType == "siglip" ? try fields.superDecoder(forKey: .vision) : decoder
        vision = try ConfiguredVision(
            from: section,
            tower: ConfiguredTower(from: section, usual: (768, 3072, 12, 12, "gelu_pytorch_tanh", 1e-6)),
            usual: (224, 16))
        pools = try section.container(keyedBy: VisionKeys.self).value(.pools, default: true)
    }

    func validate(_ check: FieldCheck) throws {
        try check.require(
            ["siglip", "siglip_vision_model"].contains(modelType), "model_type", "siglip or siglip_vision_model")
        let section = modelType == "siglip" ? "vision_config." : ""
        try vision.validate(check, section: section)
        try check.require(pools, section + "vision_use_head", "true, as there is no vector of the picture without it")
    }

    var model: VisionModel {
        var form = vision.form
        form.hasClassToken = false
        return VisionModel(
            form: form,
            names: VisionTransformer.Names(
                patches: "embeddings.patch_embedding", positions: "embeddings.position_embedding.weight",
                classToken: "", layers: "encoder.layers", norm: "post_layernorm"),
            pooling: .attention("head"), dispensable: ["embeddings.position_ids"],
            prefixes: [("vision_model.", ""), ("text_model.", nil), ("logit_scale", nil), ("logit_bias", nil)])
    }
}
